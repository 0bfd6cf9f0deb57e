using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Grains.Alerts;

/// <summary>
/// Folds what many phones raise together into one alert that names them all and says what it looks like. Folds, never
/// hides: each phone keeps its own state, deadline and alert.
/// </summary>
internal static class StormWatch
{
    private const double LossMetres = 500;
    private const double Most = 0.8;

    /// <summary>Still phones report every 15 minutes, so that phones silenced within five were last heard this far apart.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromMinutes(20);

    /// <summary>Whether an alert is of those that make a storm, and open.</summary>
    public static bool IsDark(Alert alert) => alert is { Kind: "WentDark" or "FallbackFailed", IsOver: false };

    /// <summary>The book with a storm's alert opened, or grown, if enough phones went dark together.</summary>
    public static AlertBook Fold(AlertBook book, ImmutableArray<Told> effects)
    {
        var raised = effects.Select(told => told.Effect).OfType<AlertRaised>().Where(alert => alert.Kind is "WentDark" or "FallbackFailed").ToList();
        if (raised.Count == 0)
            return book;
        // By when they fell silent: the alerts of one moment come as far apart as the phones' last reports were.
        var newest = raised.MaxBy(alert => alert.HappenedAt)!;
        var dark = book.Dark.Reverse().TakeWhile(dark => newest.HappenedAt - dark.At <= Together).Select(dark => book.Alerts[dark.Id])
            .OrderBy(alert => alert.Id, StringComparer.Ordinal).ToList();
        var threshold = effects.Min(told => told.StormThreshold);
        if (dark.Select(alert => alert.Device).Distinct().Count() < threshold)
            return book;
        var open = book.Of("").LastOrDefault(alert => alert.Kind == "Storm" && !alert.IsOver && newest.HappenedAt - alert.HappenedAt <= Together * 2);
        if (open is null)
            return book.With(New(dark, newest.ReceivedAt));
        var grown = open with { Folds = [.. open.Folds.Union(dark.Select(alert => alert.Id))], Detail = LooksLike(dark) };
        return grown.Folds.Length == open.Folds.Length && grown.Detail == open.Detail ? book : book.With(grown);
    }

    private static Alert New(List<Alert> dark, DateTimeOffset at) => new()
    {
        Id = DerivedId.From(at, $"storm {dark[0].Id}"),
        Device = "",
        DeviceName = "",
        Fleet = 0,
        Kind = "Storm",
        Severity = Severity.Critical,
        HappenedAt = dark.Min(alert => alert.HappenedAt),
        ReceivedAt = at,
        Detail = LooksLike(dark),
        Told = [$"storm/{dark[0].Id}"],
        Folds = [.. dark.Select(alert => alert.Id)],
    };

    /// <summary>One place is a theft or a jammer; one carrier, or a wide region, an outage.</summary>
    public static string LooksLike(IReadOnlyCollection<Alert> dark)
    {
        var places = dark.Where(alert => alert.Place is not null).Select(alert => alert.Place!.Value).ToList();
        if (places.Count >= dark.Count * Most && IsOnePlace(places))
            return "MassLoss";
        return "Outage";
    }

    private static bool IsOnePlace(List<GeoPoint> places)
    {
        var middle = places.OrderBy(place => place.Latitude).ElementAt(places.Count / 2);
        return places.Count(place => place.MetresTo(middle) <= LossMetres) >= places.Count * Most;
    }
}
