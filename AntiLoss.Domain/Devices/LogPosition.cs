namespace AntiLoss.Domain.Devices;

/// <summary>
/// Where an entry stands in its shard's log: the epoch of the shard that wrote it, and a number that counts on through
/// the epoch from 1. The default (0, 0) is before every entry.
/// </summary>
[GenerateSerializer, Immutable, Alias("log-position")]
public readonly record struct LogPosition([property: Id(0)] int Epoch, [property: Id(1)] long Number) : IComparable<LogPosition>
{
    public int CompareTo(LogPosition other) => Epoch != other.Epoch ? Epoch.CompareTo(other.Epoch) : Number.CompareTo(other.Number);

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"{Epoch}:{Number}";
}
