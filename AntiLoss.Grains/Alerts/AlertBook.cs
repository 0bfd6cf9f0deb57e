using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>
/// An organization's alerts that may still change: the open ones, and those resolved within a day. What is older is
/// written once and for all. Pure: what an effect or a person does to it is a function of it, and costs as much as
/// the phone has alerts, not the organization.
/// </summary>
internal sealed record AlertBook
{
    // Before the empty book, which is made of it.
    private static readonly ImmutableSortedSet<string> NoIds = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    public static readonly AlertBook Empty = new();

    /// <summary>How long what has ended is remembered, so that it can be opened again and its repeats change nothing.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>Within this time after it was resolved an alert is opened again instead of raised anew.</summary>
    private static readonly TimeSpan ReopenWithin = TimeSpan.FromMinutes(30);

    private const int FlapsADay = 5;
    private const int ToldKept = 100;

    /// <summary>By id.</summary>
    public ImmutableDictionary<string, Alert> Alerts { get; private init; } = ImmutableDictionary<string, Alert>.Empty;

    /// <summary>Ids of all of them, oldest first.</summary>
    public ImmutableSortedSet<string> Ids { get; private init; } = NoIds;

    /// <summary>Ids of those that are not over, oldest first.</summary>
    public ImmutableSortedSet<string> Open { get; private init; } = NoIds;

    /// <summary>Open alerts of phones that went dark, by when that happened: what a storm is made of.</summary>
    public ImmutableSortedSet<(DateTimeOffset At, string Id)> Dark { get; private init; } = [];

    /// <summary>Ids of what became other in the last change.</summary>
    public ImmutableHashSet<string> Changed { get; private init; } = [];

    private ImmutableDictionary<string, ImmutableSortedSet<string>> ByDevice { get; init; } = ImmutableDictionary<string, ImmutableSortedSet<string>>.Empty;

    /// <summary>A book of alerts that were kept.</summary>
    public static AlertBook Of(IEnumerable<Alert> alerts) => alerts.Aggregate(Empty, (book, alert) => book.With(alert)) with { Changed = [] };

    /// <summary>The book after a delivery, and after the storms in it; the same book if it knows all of it.</summary>
    public AlertBook Take(ImmutableArray<Told> effects, DateTimeOffset now)
    {
        var book = StormWatch.Fold(effects.Aggregate(Unchanged, (book, told) => book.Take(told)), effects);
        return book.Changed.IsEmpty ? this : book.Changed.Aggregate(book, (book, id) => book.With(book.Alerts[id] with { ToldAt = now }));
    }

    /// <summary>The book after an effect; the same book if it knows it.</summary>
    private AlertBook Take(Told told) => told.Effect switch
    {
        AlertRaised raised => Raise(told, raised),
        AlertResolved resolved => Resolve(told, resolved),
        _ => this,
    };

    /// <summary>A person has seen it: by whom and when. Null if there is no such alert; an acknowledged one stays as it is.</summary>
    public AlertBook? Acknowledge(string id, string by, DateTimeOffset at) => Alerts.TryGetValue(id, out var alert)
        ? alert.State == AlertState.Open ? Unchanged.With(alert with { State = AlertState.Acknowledged, AcknowledgedBy = by, AcknowledgedAt = at }) : this
        : null;

    /// <summary>A person says that it is over. Null if there is no such alert; a resolved one stays as it is.</summary>
    public AlertBook? Resolve(string id, string by, string how, DateTimeOffset at) => Alerts.TryGetValue(id, out var alert)
        ? alert.IsOver ? this : Unchanged.With(Over(alert, by, how, at))
        : null;

    /// <summary>The alerts that can't change any more, nor be told again, and the book without them. Looks at every alert.</summary>
    public (AlertBook Book, ImmutableArray<Alert> Settled) Settle(DateTimeOffset now)
    {
        var settled = Alerts.Values.Where(alert => alert.IsOver && alert.ResolvedAt + KeptFor <= now && alert.ToldAt + KeptFor <= now).ToImmutableArray();
        return settled.IsEmpty ? (this, settled) : (settled.Aggregate(this, (book, alert) => book.Without(alert)), settled);
    }

    /// <summary>The book with an alert as it is now.</summary>
    public AlertBook With(Alert alert) => this with
    {
        Alerts = Alerts.SetItem(alert.Id, alert),
        Ids = Ids.Add(alert.Id),
        Open = alert.IsOver ? Open.Remove(alert.Id) : Open.Add(alert.Id),
        Dark = StormWatch.IsDark(alert) ? Dark.Add((alert.HappenedAt, alert.Id)) : Dark.Remove((alert.HappenedAt, alert.Id)),
        ByDevice = ByDevice.SetItem(alert.Device, IdsOf(alert.Device).Add(alert.Id)),
        Changed = Changed.Add(alert.Id),
    };

    /// <summary>A phone's alerts, oldest first; those of no phone for the empty id.</summary>
    public IEnumerable<Alert> Of(string device) => IdsOf(device).Select(id => Alerts[id]);

    /// <summary>Up to a number of alerts, newest first, with ids below one (null: from the newest).</summary>
    public IEnumerable<Alert> Before(string? before, int limit, bool onlyOpen)
    {
        var ids = onlyOpen ? Open : Ids;
        var at = before is null ? ids.Count : ids.IndexOf(before);
        // What is not there answers the complement of where it would be.
        for (var i = (at < 0 ? ~at : at) - 1; i >= 0 && limit > 0; i--, limit--)
            yield return Alerts[ids[i]];
    }

    private AlertBook Unchanged => Changed.IsEmpty ? this : this with { Changed = [] };

    private ImmutableSortedSet<string> IdsOf(string device) => ByDevice.GetValueOrDefault(device, NoIds);

    private AlertBook Without(Alert alert)
    {
        var left = IdsOf(alert.Device).Remove(alert.Id);
        return this with
        {
            Alerts = Alerts.Remove(alert.Id),
            Ids = Ids.Remove(alert.Id),
            ByDevice = left.IsEmpty ? ByDevice.Remove(alert.Device) : ByDevice.SetItem(alert.Device, left),
            Changed = Changed.Remove(alert.Id),
        };
    }

    private AlertBook Raise(Told told, AlertRaised raised)
    {
        var device = told.Device.Device.ToString();
        var same = Of(device).Where(alert => alert.Kind == raised.Kind || (alert.Kind == "Flapping" && alert.Detail == raised.Kind)).ToList();
        if (same.Any(alert => alert.Told.Contains(told.Id)))
            return this;
        if (!raised.AlwaysNew && same.FindLast(alert => !alert.IsOver) is { } open)
            return With(Again(open, told.Id));
        if (!raised.AlwaysNew && same.FindLast(alert => raised.ReceivedAt - alert.ResolvedAt <= ReopenWithin) is { } recent)
            return With(Reopen(recent, told.Id));
        if (!raised.AlwaysNew && same.Sum(alert => 1 + alert.Reopened) >= FlapsADay)
            return With(New(told, raised) with { Kind = "Flapping", Severity = Severity.Info, Detail = raised.Kind });
        return With(New(told, raised));
    }

    private AlertBook Resolve(Told told, AlertResolved resolved)
    {
        var device = told.Device.Device.ToString();
        var same = Of(device).Where(alert => alert.Kind == resolved.Kind).ToList();
        // Told again, it must not end what was opened again since.
        if (same.Count == 0 || same.Any(alert => alert.Ended.Contains(told.Id)))
            return this;
        var open = same.Where(alert => !alert.IsOver && alert.ReceivedAt <= resolved.At).ToList();
        if (open.Count == 0)
            return With(EndedBy(same[^1], told.Id));
        return open.Aggregate(this, (book, alert) => book.With(EndedBy(Over(alert, resolved.By, resolved.How, resolved.At), told.Id)));
    }

    private static Alert EndedBy(Alert alert, string told) => alert with
    {
        Ended = [.. alert.Ended.Skip(alert.Ended.Length - ToldKept + 1), told],
    };

    private static Alert New(Told told, AlertRaised raised) => new()
    {
        Id = IdOf(raised.ReceivedAt, told.Id),
        Device = told.Device.Device.ToString(),
        DeviceName = told.Context.Name,
        Fleet = told.Context.Fleet,
        Kind = raised.Kind,
        Severity = raised.Severity,
        HappenedAt = raised.HappenedAt,
        ReceivedAt = raised.ReceivedAt,
        Detail = raised.Detail,
        Place = raised.Place,
        Late = raised.Late,
        Plmn = raised.Plmn,
        Told = [told.Id],
    };

    /// <summary>Sorts by time, and is the same whenever the same effect is told.</summary>
    public static string IdOf(DateTimeOffset at, string told) => DerivedId.From(at, told);

    private static Alert Again(Alert alert, string told) => alert with
    {
        Told = alert.Told.Length < ToldKept ? alert.Told.Add(told) : alert.Told.SetItem(ToldKept - 1, told),
    };

    private static Alert Reopen(Alert alert, string told) => Again(alert, told) with
    {
        State = AlertState.Open,
        ResolvedBy = null,
        ResolvedAt = null,
        How = null,
        Reopened = alert.Reopened + 1,
    };

    private static Alert Over(Alert alert, string by, string how, DateTimeOffset at) =>
        alert with { State = AlertState.Resolved, ResolvedBy = by, ResolvedAt = at, How = how };
}
