using System.Net;
using System.Net.Sockets;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// Slows down guessing, per account and per address: after a few failures the next try waits 1 s, then 2 s, 4 s, and so
/// on. Nobody is locked out: an account's wait ends at a minute, and a browser that has signed in to the account before
/// is counted by itself, so that a stranger's guesses don't keep its owner out.
/// </summary>
/// <remarks>A try counts as failed when it begins and is forgiven when it succeeds: many at once gain nothing.</remarks>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int MostCounters = 100_000;

    private static readonly Limit _account = new(FreeTries: 5, LongestWait: TimeSpan.FromMinutes(1));
    private static readonly Limit _address = new(FreeTries: 20, LongestWait: TimeSpan.FromMinutes(15));
    private static readonly TimeSpan _memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Counter> _counters = [];
    private readonly Lock _gate = new();

    /// <summary>Begins a try.</summary>
    /// <param name="knownBrowser">What marks a browser that has signed in to this account before; null for others.</param>
    /// <param name="wait">If it may not begin: how long to wait.</param>
    public bool TryBegin(string email, IPAddress? address, string? knownBrowser, out TimeSpan wait)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            MakeRoom(now);
            wait = TimeSpan.Zero;
            foreach (var (key, _) in KeysOf(email, address, knownBrowser))
            {
                if (_counters.TryGetValue(key, out var counter) && counter.NextAt - now is var left && left > wait)
                    wait = left;
            }
            if (wait > TimeSpan.Zero)
                return false;
            foreach (var (key, limit) in KeysOf(email, address, knownBrowser))
            {
                var tries = _counters.TryGetValue(key, out var counter) && now - counter.LastAt < _memory ? counter.Tries + 1 : 1;
                _counters[key] = new Counter(tries, now + limit.WaitAfter(tries), now);
            }
            return true;
        }
    }

    /// <summary>Forgives the failures before a try that succeeded.</summary>
    public void Succeeded(string email, IPAddress? address, string? knownBrowser)
    {
        lock (_gate)
        {
            foreach (var (key, limit) in KeysOf(email, address, knownBrowser))
            {
                // An address forgets only this one try: else an account of one's own would buy free guesses at others.
                if (limit != _address)
                    _counters.Remove(key);
                else if (_counters.TryGetValue(key, out var counter))
                    _counters[key] = counter with { Tries = counter.Tries - 1, NextAt = counter.LastAt };
            }
        }
    }

    private static IEnumerable<(string Key, Limit Limit)> KeysOf(string email, IPAddress? address, string? knownBrowser)
    {
        if (knownBrowser is not null)
        {
            yield return ("browser " + knownBrowser, _account);
            yield break;
        }
        yield return ("account " + email, _account);
        yield return ("address " + NetworkOf(address), _address);
    }

    /// <summary>An IPv6 customer has 2⁶⁴ addresses: they count as one.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is { AddressFamily: AddressFamily.InterNetworkV6 }
            ? Convert.ToHexString(address.GetAddressBytes(), 0, 8)
            : address?.ToString() ?? "none";
    }

    private void MakeRoom(DateTimeOffset now)
    {
        if (_counters.Count < MostCounters)
            return;
        foreach (var (key, counter) in _counters)
        {
            if (now - counter.LastAt >= _memory)
                _counters.Remove(key);
        }
        foreach (var (key, _) in _counters.OrderBy(pair => pair.Value.Tries).ThenBy(pair => pair.Value.LastAt).Take(_counters.Count - MostCounters * 9 / 10).ToList())
            _counters.Remove(key);
    }

    private sealed record Limit(int FreeTries, TimeSpan LongestWait)
    {
        public TimeSpan WaitAfter(int tries) =>
            tries < FreeTries ? TimeSpan.Zero
            : TimeSpan.FromSeconds(Math.Min(LongestWait.TotalSeconds, Math.Pow(2, Math.Min(tries - FreeTries, 30))));
    }

    private readonly record struct Counter(int Tries, DateTimeOffset NextAt, DateTimeOffset LastAt);
}
