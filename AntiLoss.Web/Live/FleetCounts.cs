using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Live;

/// <summary>How many phones of an organization or fleet are in which state; retired ones are not counted.</summary>
public sealed record FleetCounts(int All, int Online, int Overdue, int Offline, int Never, int Damaged, int Suspected, int Lost, int OnEsim)
{
    public static readonly FleetCounts None = new(0, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>The running counts of one fleet, or of a whole organization.</summary>
internal sealed class FleetTally
{
    private readonly int[] _byState = new int[LiveStates.Count];

    public int All { get; private set; }

    public int OnEsim { get; private set; }

    /// <summary>Rises whenever a count changes.</summary>
    public long Version { get; private set; }

    public ReadOnlySpan<int> ByState => _byState;

    public void Replace(DeviceRow? old, DeviceRow? row)
    {
        if (Counts(old) is var was && Counts(row) is var now && was == now)
            return;
        Add(was, -1);
        Add(now, 1);
        Version++;
    }

    public FleetCounts ToCounts() => new(
        All,
        _byState[(int)LiveState.Online],
        _byState[(int)LiveState.Overdue],
        _byState[(int)LiveState.Offline],
        _byState[(int)LiveState.Never],
        _byState[(int)LiveState.Damaged],
        _byState[(int)LiveState.Suspected],
        _byState[(int)LiveState.Lost],
        OnEsim);

    private static (LiveState State, bool Esim)? Counts(DeviceRow? row) =>
        row is null or { Retired: true } ? null : (LiveStates.Of(row), row.Bearer == Bearer.Esim);

    private void Add((LiveState State, bool Esim)? phone, int change)
    {
        if (phone is not var (state, esim))
            return;
        All += change;
        _byState[(int)state] += change;
        if (esim)
            OnEsim += change;
    }
}
