using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>What a place with a time does to a phone: into history once, flagged if it can't be, on the map if it is the newest.</summary>
internal static class FixStep
{
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LateAfter = TimeSpan.FromMinutes(5);

    /// <summary>Applies a fix, or a ping with a place.</summary>
    public static DeviceStep Apply(DeviceState state, OpenChunk chunk, Report report, DateTimeOffset receivedAt)
    {
        var fixedAt = report.FixedAt!.Value;
        if (chunk.TryFind(fixedAt.ToUnixTimeMilliseconds(), report.Place!.Value, out var known))
            return FillIn(state, chunk, known, TrackFix.From(report, receivedAt, known.Flag, known.Late));
        if (Repeated(state.Latest, report) is { } latest)
            return FillIn(state, chunk, latest, report, receivedAt);
        if (Repeated(state.Candidate, report) is { } candidate)
            return FillIn(state, chunk, candidate, report, receivedAt);

        var late = fixedAt.ToUnixTimeMilliseconds() < state.GreatestFixMs || receivedAt - fixedAt > LateAfter;
        var fix = TrackFix.From(report, receivedAt, Judged(report, state.Since, receivedAt), late);
        if (fix.Flag == FixFlag.None)
            (state, fix) = Move(state, fix);
        else if (fix.Flag == FixFlag.Ping && state.Latest is null)
            state = state with { Latest = fix };
        return Append(state, chunk, fix);
    }

    /// <summary>A fix time no earlier than the device's <c>since</c> and at most 5 minutes ahead of its receipt.</summary>
    public static bool IsPossibleTime(DateTimeOffset fixedAt, DateTimeOffset since, DateTimeOffset receivedAt) =>
        fixedAt >= since && fixedAt - receivedAt <= Ahead;

    private static FixFlag Judged(Report report, DateTimeOffset since, DateTimeOffset receivedAt)
    {
        var place = report.Place!.Value;
        return !place.IsOnEarth || place.IsOrigin || !IsPossibleTime(report.FixedAt!.Value, since, receivedAt) ? FixFlag.Impossible
            : report.Kind == ReportKind.Ping ? FixFlag.Ping
            : FixFlag.None;
    }

    private static (DeviceState State, TrackFix Fix) Move(DeviceState state, TrackFix fix)
    {
        var greatest = Math.Max(state.GreatestFixMs ?? long.MinValue, fix.FixedAtMs);
        var moved = state with { GreatestFixMs = greatest };
        // A ping's place stands only until there is a fix, whatever their times.
        if (state.Latest is not { Flag: FixFlag.None or FixFlag.Teleport } latest)
            return (moved with { Latest = fix }, fix);
        if (fix.FixedAtMs <= latest.FixedAtMs)
            return (moved, fix);

        if (state.Candidate is { } candidate && !Teleport.IsBetween(candidate, fix))
        {
            // The jump has been confirmed: the phone is there. Its flag stays as it was written.
            var newest = candidate.FixedAtMs > fix.FixedAtMs ? candidate : fix;
            return (moved with { Latest = newest, Candidate = null }, fix);
        }
        if (!Teleport.IsBetween(latest, fix))
            return (moved with { Latest = fix, Candidate = null }, fix);
        var jump = fix with { Flag = FixFlag.Teleport };
        return (moved with { Candidate = jump }, jump);
    }

    // A full chunk stays open until the next new position, so that the repeat that most often comes, at once, is known.
    private static DeviceStep Append(DeviceState state, OpenChunk chunk, in TrackFix fix) => chunk.IsFull
        ? new DeviceStep(state, OpenChunk.Empty(chunk.Number + 1).Add(fix)) { Filled = chunk }
        : new DeviceStep(state, chunk.Add(fix));

    private static DeviceStep FillIn(DeviceState state, OpenChunk chunk, TrackFix known, TrackFix repeat)
    {
        var filled = known.FilledFrom(repeat);
        if (filled == known)
            return new DeviceStep(state, chunk) { IsDuplicate = true };
        return new DeviceStep(
            state with { Latest = Filled(state.Latest, filled), Candidate = Filled(state.Candidate, filled) },
            chunk.Replace(filled)) { IsDuplicate = true };
    }

    // These two are known for longer than their chunk is open; a jump's own repeat must not make it stand.
    private static TrackFix? Repeated(TrackFix? kept, Report report) =>
        kept is { Flag: not FixFlag.Ping } fix && fix.FixedAtMs == report.FixedAt!.Value.ToUnixTimeMilliseconds() && fix.Place == report.Place ? fix : null;

    private static DeviceStep FillIn(DeviceState state, OpenChunk chunk, in TrackFix kept, Report report, DateTimeOffset receivedAt)
    {
        var repeat = TrackFix.From(report, receivedAt, kept.Flag, kept.Late);
        if (kept.FilledFrom(repeat) == kept)
            return new DeviceStep(state, chunk) { IsDuplicate = true };
        // History fills in what it did not know when it is read.
        var filled = state with { Latest = Filled(state.Latest, repeat), Candidate = Filled(state.Candidate, repeat) };
        return Append(filled, chunk, repeat) with { IsDuplicate = true };
    }

    private static TrackFix? Filled(TrackFix? kept, TrackFix filled) =>
        kept is { } fix && fix.IsSamePosition(filled) ? fix.FilledFrom(filled) : kept;
}
