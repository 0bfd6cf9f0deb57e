using System.Net;
using System.Net.Sockets;

namespace AntiLoss.LoadTest.Load;

/// <summary>One kept connection with at most one request on it: no pipelining, as phones do.</summary>
internal sealed class HttpLine(EndPoint server, int room) : IDisposable
{
    private readonly byte[] _request = new byte[room];
    private byte[] _answer = new byte[4096];
    private int _received;

    /// <summary>Null while it is not connected.</summary>
    public Socket? Socket { get; private set; }

    /// <summary>The request that waits for its answer; -1 while there is none.</summary>
    public int Request { get; set; } = -1;

    /// <summary>When the request was due, in ticks of the run's clock.</summary>
    public long DueAt { get; set; }

    /// <summary>Where to write the next request.</summary>
    public Span<byte> Buffer => _request;

    /// <summary>Connects; false if nobody listens.</summary>
    public bool TryConnect()
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            socket.Connect(server);
            socket.Blocking = false;
        }
        catch (SocketException)
        {
            socket.Dispose();
            return false;
        }
        Socket = socket;
        _received = 0;
        return true;
    }

    /// <summary>Sends what was written to <see cref="Buffer"/>; false if the connection is broken.</summary>
    public bool Send(int length)
    {
        for (var sent = 0; sent < length;)
        {
            sent += Socket!.Send(_request.AsSpan(sent, length - sent), SocketFlags.None, out var error);
            if (error == SocketError.WouldBlock)
                Socket.Poll(TimeSpan.FromMilliseconds(100), SelectMode.SelectWrite);
            else if (error != SocketError.Success)
                return false;
        }
        return true;
    }

    /// <summary>Reads what has come: the status once the answer is whole, 0 while it is not, -1 if the connection is broken.</summary>
    public int Receive()
    {
        var count = Socket!.Receive(_answer.AsSpan(_received), SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return 0;
        if (error != SocketError.Success || count == 0)
            return -1;
        _received += count;
        if (HttpAnswer.TryRead(_answer.AsSpan(0, _received), out var status, out _))
        {
            _received = 0;
            return status;
        }
        if (_received == _answer.Length)
            Array.Resize(ref _answer, _answer.Length * 2);
        return 0;
    }

    /// <summary>Forgets the connection.</summary>
    public void Close()
    {
        Socket?.Dispose();
        Socket = null;
        Request = -1;
    }

    public void Dispose() => Close();
}
