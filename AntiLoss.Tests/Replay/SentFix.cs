namespace AntiLoss.Tests.Replay;

/// <summary>A fix as a phone knows it: nothing rounded.</summary>
/// <param name="FixedAtMs">Unix milliseconds by the phone's clock.</param>
internal readonly record struct SentFix(long FixedAtMs, double Latitude, double Longitude, double? Accuracy, double? Altitude, double? Speed)
{
    /// <summary>By what history knows it: time, and place to 1e-6°.</summary>
    public FixIdentity Identity => FixIdentity.Of(FixedAtMs, Latitude, Longitude);

    public bool IsOfWholeSecond => FixedAtMs % 1000 == 0;
}

/// <summary>Which fix of a phone it is.</summary>
internal readonly record struct FixIdentity(long FixedAtMs, int LatitudeE6, int LongitudeE6)
{
    public static FixIdentity Of(long fixedAtMs, double latitude, double longitude) =>
        new(fixedAtMs, (int)Math.Round(latitude * 1e6), (int)Math.Round(longitude * 1e6));
}

/// <summary>What a phone sends at one moment, in the order in which it sends it.</summary>
/// <param name="AtMs">When the server receives it, Unix milliseconds.</param>
internal sealed record Upload(long AtMs, IReadOnlyList<SentFix> Fixes);

/// <summary>A phone's uploads, in order of arrival.</summary>
internal sealed record ReplayTrack(string Name, ImmutableArray<Upload> Uploads)
{
    public IEnumerable<SentFix> Fixes => Uploads.SelectMany(upload => upload.Fixes);
}
