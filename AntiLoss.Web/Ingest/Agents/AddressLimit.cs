using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>
/// How many messages of the agent protocol may fail from one address in a minute. Beyond that the address gets no more of
/// what costs something: no phone is looked up for it and no code is tried, whereas a phone that has proved itself here
/// goes on, whatever its neighbours behind one address do.
/// </summary>
internal sealed class AddressLimit(IOptions<LimitOptions> limits, TimeProvider time)
{
    /// <summary>Addresses told apart in a minute; what comes from more shares one count, so that strangers fill no memory.</summary>
    private const int MostAddresses = 50_000;

    private const string Others = "";
    private readonly int _most = limits.Value.AgentFailuresPerMinute;
    private Window _window = new(0);

    /// <summary>Seconds after which an address may try again; null if it may now.</summary>
    public int? WaitOf(string address)
    {
        var window = Current();
        return window.Failures.GetValueOrDefault(KeyIn(window, address)) < _most ? null : Math.Max(1, 60 - (int)(time.GetUtcNow().ToUnixTimeSeconds() % 60));
    }

    /// <summary>Something from an address has failed.</summary>
    public void Note(string address)
    {
        var window = Current();
        window.Failures.AddOrUpdate(KeyIn(window, address), 1, (_, failures) => failures + 1);
    }

    private Window Current()
    {
        var minute = time.GetUtcNow().ToUnixTimeSeconds() / 60;
        var window = Volatile.Read(ref _window);
        if (window.Minute == minute)
            return window;
        var next = new Window(minute);
        return Interlocked.CompareExchange(ref _window, next, window) == window ? next : Volatile.Read(ref _window);
    }

    private static string KeyIn(Window window, string address)
    {
        var key = NetworkOf(address);
        return window.Failures.ContainsKey(key) || window.Failures.Count < MostAddresses ? key : Others;
    }

    /// <summary>Whoever has one address of IPv6 has the 2^64 of its network.</summary>
    private static string NetworkOf(string address)
    {
        if (!IPAddress.TryParse(address, out var parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6 || parsed.IsIPv4MappedToIPv6)
            return address;
        return Convert.ToHexString(parsed.GetAddressBytes(), 0, 8);
    }

    private sealed record Window(long Minute)
    {
        public ConcurrentDictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);
    }
}
