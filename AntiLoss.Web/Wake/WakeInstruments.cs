using System.Diagnostics.Metrics;

namespace AntiLoss.Web.Wake;

/// <summary>How waking phones fares, as numbers. No device and no token is ever a tag.</summary>
internal sealed class WakeInstruments(IMeterFactory meters)
{
    private readonly Counter<long> _wakes = meters.Create("AntiLoss.Wake").CreateCounter<long>(
        "antiloss.wakes", "{wake}", "Wakes of phones over push services, by service and outcome: taken, unregistered, rejected, busy, unreachable, dropped.");

    // A vendor's name comes from a phone: any other than the two known ones is one tag.
    public void OnWake(string service, string outcome) => _wakes.Add(1, new("service", service), new("outcome", outcome));
}
