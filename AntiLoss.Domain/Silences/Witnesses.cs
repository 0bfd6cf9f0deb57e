using AntiLoss.Domain.Devices;

namespace AntiLoss.Domain.Silences;

/// <summary>
/// What other phones say about one phone's silence. A shard asks those that it has, one in N of all and a fair sample:
/// with too few of them it says nothing rather than guess, and the silence stays unexplained.
/// </summary>
public static class Witnesses
{
    /// <summary>Fewer silent phones than this are a coincidence.</summary>
    private const int Handful = 5;

    /// <summary>Of those that can tell, at least two thirds must have fallen silent.</summary>
    private const int SilentToHeard = 2;

    private const double PlaceMetres = 500;
    private const double RegionMetres = 50_000;

    /// <summary>Still phones report every 15 minutes, so that phones silenced at one moment were last heard this far apart.</summary>
    private const long TogetherS = 20 * 60;

    /// <summary>Asks <paramref name="phones"/>, of which <paramref name="silent"/> may be one.</summary>
    public static Surroundings Ask(DeviceRow silent, IEnumerable<DeviceRow> phones, DateTimeOffset now)
    {
        var nowS = now.ToUnixTimeSeconds();
        var lastDay = DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeSeconds(silent.LastContactAtS).UtcDateTime);
        var (carrier, carrierHere, region, darkDays) = (new Tally(), new Tally(), new Tally(), new HashSet<DateOnly>());
        foreach (var phone in phones)
        {
            var ours = phone.Key.Organization == silent.Key.Organization;
            // Whose phone was where is no other organization's business; how a carrier does is no one's secret.
            if (ours && silent.Place is { } here)
                darkDays.UnionWith(phone.DarkSpots.Where(spot => spot.Day < lastDay && spot.Place.MetresTo(here) <= PlaceMetres).Select(spot => spot.Day));
            var sameCarrier = silent.Plmn is not null && phone.Plmn == silent.Plmn;
            if (!(ours || sameCarrier) || WordOf(phone, silent, nowS) is not { } isSilent)
                continue;
            var metres = phone.Place is { } there && silent.Place is { } mine ? there.MetresTo(mine) : double.MaxValue;
            // What befell phones side by side may be a thief's bag as well as an outage.
            if (isSilent && metres <= PlaceMetres)
                continue;
            if (sameCarrier)
                carrier.Count(isSilent);
            if (sameCarrier && metres <= RegionMetres)
                carrierHere.Count(isSilent);
            if (ours && metres <= RegionMetres)
                region.Count(isSilent);
        }
        return new Surroundings(darkDays.Count, carrier.IsDown || carrierHere.IsDown, region.IsDown);
    }

    /// <summary>
    /// Whether a phone fell silent with the other (true), was heard since (false), or can't tell (null): it has been
    /// silent for another reason or for longer, or is not expected to have spoken yet.
    /// </summary>
    private static bool? WordOf(DeviceRow phone, DeviceRow silent, long nowS)
    {
        if (phone.Retired || phone.LastContactAtS == 0)
            return null;
        if (nowS - phone.LastContactAtS < (nowS - silent.LastContactAtS) / 2)
            return false;
        var isLate = phone.Presence is Presence.Overdue or Presence.Offline || phone.DueAtS <= nowS;
        return isLate && phone.Silence is null or SilenceClass.Unknown or SilenceClass.Outage
            && Math.Abs(phone.LastContactAtS - silent.LastContactAtS) <= TogetherS ? true : null;
    }

    private sealed class Tally
    {
        private int _silent;
        private int _heard;

        public bool IsDown => _silent >= Handful && _silent >= _heard * SilentToHeard;

        public void Count(bool isSilent)
        {
            if (isSilent)
                _silent++;
            else
                _heard++;
        }
    }
}
