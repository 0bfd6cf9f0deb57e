using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Sims;

/// <summary>
/// When real-name records lapse: a record for each, by the moment, so that a line which nobody looks at is found when
/// its time comes. One that was renewed or withdrawn since is found too, and its SIM knows better.
/// </summary>
internal sealed class LapseBook(IRecordStore records)
{
    private const string Kind = "line-lapse";

    /// <summary>Notes when a line's record lapses. Durable when it completes; repeating it changes nothing.</summary>
    public async ValueTask NoteAsync(string iccid, DateTimeOffset until) =>
        await records.InsertAsync(new RecordKey(OrganizationNumber.Installation, Kind, DerivedId.From(until, iccid)), Encoding.ASCII.GetBytes(iccid));

    /// <summary>A page of what has lapsed before a moment, or, with the id of a lapse, before that one; newest first.</summary>
    public async ValueTask<ImmutableArray<(string Id, string Iccid)>> ReadAsync(string before, int limit, CancellationToken cancellationToken) =>
        [.. (await records.ReadAsync(OrganizationNumber.Installation, Kind, before, limit, cancellationToken)).Select(record => (record.Id, Encoding.ASCII.GetString(record.Body.Span)))];

    /// <summary>Forgets what has lapsed before a moment.</summary>
    public async ValueTask ForgetAsync(string before) => await records.DeleteBeforeAsync(OrganizationNumber.Installation, Kind, before);

    /// <summary>The least id of a moment.</summary>
    public static string IdAt(DateTimeOffset moment) => DeviceId.New(moment, new byte[10]).ToString();
}
