using System.Net;
using System.Net.Sockets;
using HdrHistogram;

namespace AntiLoss.LoadTest.Load;

/// <summary>
/// Sends requests on a schedule that does not care how the server feels (an open loop), and measures every answer from
/// the moment its request was *due*: a server that stalls is charged for everything that had to wait meanwhile. One
/// thread, plain sockets and a tick of a millisecond: it takes a tenth of what a client library would.
/// </summary>
public sealed class LoadGenerator
{
    private const long LongestMicroseconds = 120_000_000;

    private readonly LoadSchedule _schedule;
    private readonly ImmutableArray<byte[]> _heads;
    private readonly RequestBytes _bytes;
    private readonly Ledger _ledger;
    private readonly TimeProvider _time;
    private readonly List<HttpLine> _lines;
    private readonly Stack<HttpLine> _idle = new();
    private readonly List<HttpLine> _down = [];
    private readonly Dictionary<Socket, HttpLine> _waiting = [];
    private readonly List<Socket> _readable = [];
    private readonly Dictionary<int, long> _statuses = [];
    private long _startedAt;
    private long _retryAt;
    private int _next;

    /// <param name="heads">The bytes before the body, for every phone.</param>
    public LoadGenerator(EndPoint server, LoadSchedule schedule, ImmutableArray<byte[]> heads, Ledger ledger, TimeProvider time)
    {
        _schedule = schedule;
        _heads = heads;
        _ledger = ledger;
        _time = time;
        _bytes = new RequestBytes(ledger.Plan.Batch);
        _lines = [.. Enumerable.Range(0, schedule.Connections).Select(_ => new HttpLine(server, _bytes.Room))];
    }

    /// <summary>From when a request was due to when its acknowledgement was whole, in microseconds; without the warm-up.</summary>
    public LongHistogram Latency { get; } = new(LongestMicroseconds, 3);

    /// <summary>Answers by status.</summary>
    public IReadOnlyDictionary<int, long> Statuses => _statuses;

    /// <summary>Connections that broke while a request waited on them.</summary>
    public long Broken { get; private set; }

    /// <summary>When the run began, in ticks of the clock: request n is due n / rate seconds later.</summary>
    public long StartedAt => Volatile.Read(ref _startedAt);

    /// <summary>Runs on a thread of its own until every request is answered, or the patience for the last ones is over.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Run(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private void Run(CancellationToken cancellationToken)
    {
        _down.AddRange(_lines);
        Connect();
        Volatile.Write(ref _startedAt, _time.GetTimestamp());
        var patience = _schedule.Length + _schedule.Patience;
        for (var passed = TimeSpan.Zero; !IsDone && passed < patience; passed = _time.GetElapsedTime(_startedAt))
        {
            SendDue(passed);
            Receive();
            Reconnect();
            // The tick: answers of a millisecond are taken in one go.
            if (cancellationToken.WaitHandle.WaitOne(1))
                break;
        }
        _lines.ForEach(line => line.Dispose());
    }

    private bool IsDone => _next == _ledger.Capacity && _waiting.Count == 0;

    private void SendDue(TimeSpan passed)
    {
        var due = (int)Math.Min(_ledger.Capacity, passed.TotalSeconds * _schedule.RequestsPerSecond);
        while (_next < due && _idle.TryPop(out var line))
        {
            var request = _next++;
            var plan = _ledger.Plan;
            var phone = plan.PhoneOf(request);
            var nowS = (int)_time.GetUtcNow().ToUnixTimeSeconds();
            line.Request = request;
            line.DueAt = _startedAt + (long)(request / _schedule.RequestsPerSecond * _time.TimestampFrequency);
            _ledger.Sent(request, nowS);
            var length = _bytes.Write(line.Buffer, _heads[phone], phone, plan.FirstOf(request), nowS);
            if (line.Send(length))
                _waiting.Add(line.Socket!, line);
            else
                Drop(line);
        }
    }

    private void Receive()
    {
        if (_waiting.Count == 0)
            return;
        _readable.Clear();
        _readable.AddRange(_waiting.Keys);
        Socket.Select(_readable, null, null, 0);
        foreach (var socket in _readable)
        {
            var line = _waiting[socket];
            var status = Read(line);
            if (status == 0)
                continue;
            _waiting.Remove(socket);
            if (status < 0)
                Drop(line);
            else
                Answered(line, status);
        }
    }

    private static int Read(HttpLine line)
    {
        try
        {
            return line.Receive();
        }
        catch (FormatException)
        {
            return -1;
        }
    }

    private void Answered(HttpLine line, int status)
    {
        var now = _time.GetTimestamp();
        var isAcknowledged = status is >= 200 and < 300;
        _ledger.Answered(line.Request, isAcknowledged);
        _statuses[status] = _statuses.GetValueOrDefault(status) + 1;
        if (isAcknowledged && _time.GetElapsedTime(_startedAt, line.DueAt) >= _schedule.WarmUp)
            Latency.RecordValue(Math.Clamp((long)_time.GetElapsedTime(line.DueAt, now).TotalMicroseconds, 1, LongestMicroseconds));
        line.Request = -1;
        _idle.Push(line);
    }

    private void Drop(HttpLine line)
    {
        Broken++;
        line.Close();
        _down.Add(line);
    }

    private void Reconnect()
    {
        if (_down.Count == 0 || _time.GetTimestamp() < _retryAt)
            return;
        Connect();
        _retryAt = _time.GetTimestamp() + _time.TimestampFrequency / 20;
    }

    private void Connect() => _down.RemoveAll(line =>
    {
        if (!line.TryConnect())
            return false;
        _idle.Push(line);
        return true;
    });
}

/// <summary>How much is sent, and for how long.</summary>
/// <param name="RequestsPerSecond">Requests due in a second.</param>
/// <param name="Length">How long requests are due.</param>
/// <param name="WarmUp">The first part of it, in which answers are audited and not timed.</param>
/// <param name="Patience">How long the last answers are waited for.</param>
/// <param name="Connections">Kept connections, each with at most one request on it.</param>
public sealed record LoadSchedule(double RequestsPerSecond, TimeSpan Length, TimeSpan WarmUp, TimeSpan Patience, int Connections)
{
    /// <summary>Requests in all.</summary>
    public int Requests => checked((int)(RequestsPerSecond * Length.TotalSeconds));
}
