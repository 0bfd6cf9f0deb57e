namespace AntiLoss.Grains.Sims;

/// <summary>
/// How many lines one person holds within an organization, keyed by the organization's number, a bar and the keyed hash
/// of the person's identity number; for the lines of a country with another bar and its code. Of many lines that want the last place one gets it.
/// </summary>
[Alias("subject-lines-grain"), GrainInterfaceType("subject-lines")]
public interface ISubjectLinesGrain : IGrainWithStringKey
{
    /// <summary>Counts a line in until a moment; false if the person holds as many as one may. Repeating it changes nothing.</summary>
    [Alias("take")]
    ValueTask<bool> TakeAsync(string iccid, DateTimeOffset until, CancellationToken cancellationToken = default);

    /// <summary>Counts a line out. Repeating it changes nothing.</summary>
    [Alias("release")]
    ValueTask ReleaseAsync(string iccid, CancellationToken cancellationToken = default);
}
