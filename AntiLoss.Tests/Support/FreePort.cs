using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace AntiLoss.Tests.Support;

/// <summary>
/// Loopback ports that nobody listens on, each given out once. They lie below the range from which the system takes
/// ports for outgoing connections, so that a server killed under load finds its port free again.
/// </summary>
public static class FreePort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    private static readonly ConcurrentDictionary<int, bool> Given = new();
    private static int _next = Environment.ProcessId * 37 % Count;

    public static int Take()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + Interlocked.Increment(ref _next) % Count;
            if (IsFree(port) && Given.TryAdd(port, true))
                return port;
        }
        throw new InvalidOperationException($"No free port from {First} to {First + Count}.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
