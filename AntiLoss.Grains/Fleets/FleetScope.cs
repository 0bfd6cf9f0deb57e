using System.Globalization;

namespace AntiLoss.Grains.Fleets;

/// <summary>Which fleets of an organization somebody sees: all, or the ones that are named, which may be none.</summary>
public sealed class FleetScope : IEquatable<FleetScope>
{
    /// <summary>Every fleet, also those that are still to be made, and what belongs to none.</summary>
    public static readonly FleetScope All = new(null);

    /// <summary>No fleet at all.</summary>
    public static readonly FleetScope None = new([]);

    private const string AllText = "all";

    private readonly ImmutableArray<int>? _fleets;
    private readonly string _text;

    private FleetScope(ImmutableArray<int>? fleets)
    {
        _fleets = fleets;
        _text = fleets is { } some ? string.Join(',', some.Select(fleet => fleet.ToString(CultureInfo.InvariantCulture))) : AllText;
    }

    /// <summary>Whether it is the whole organization.</summary>
    public bool IsAll => _fleets is null;

    /// <summary>The fleet, if it is one; else null.</summary>
    public int? Single => _fleets is [var only] ? only : null;

    /// <summary>The fleets that are named; none where it is all.</summary>
    public ImmutableArray<int> Named => _fleets ?? [];

    /// <summary>The fleets of these numbers.</summary>
    public static FleetScope Of(params IEnumerable<int> fleets) => new([.. fleets.Distinct().Order()]);

    /// <summary>Reads what <see cref="ToString"/> wrote; no fleet if it is anything else.</summary>
    public static FleetScope Parse(string? text)
    {
        if (text == AllText)
            return All;
        var fleets = new List<int>();
        foreach (var part in text?.Split(',') ?? [])
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var fleet))
                return None;
            fleets.Add(fleet);
        }
        return Of(fleets);
    }

    /// <summary>Whether a fleet is in it.</summary>
    public bool Contains(int fleet) => _fleets is not { } some || some.BinarySearch(fleet) >= 0;

    /// <summary>What of it lies in one fleet; all of it if none is named.</summary>
    public FleetScope Within(int? fleet) => fleet is not { } one ? this : Contains(one) ? Of(one) : None;

    /// <summary>Whether everything in another scope is in this one.</summary>
    public bool Covers(FleetScope other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return IsAll || (!other.IsAll && other.Named.All(Contains));
    }

    public bool Equals(FleetScope? other) => other is not null && other._text == _text;

    public override bool Equals(object? obj) => Equals(obj as FleetScope);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    public override string ToString() => _text;
}
