using System.Buffers;
using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;
using BenchmarkDotNet.Attributes;

namespace AntiLoss.Benchmarks;

/// <summary>What every report passes through. <c>limits.json</c> holds how many bytes each may allocate; a test checks it.</summary>
[MemoryDiagnoser]
public class HotPaths
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TrackFix[] _fixes = [.. Enumerable.Range(0, OpenChunk.Capacity).Select(FixAt)];
    private readonly byte[] _encoded;
    private readonly OpenChunk _chunk;
    private readonly TrackFix _next = FixAt(OpenChunk.Capacity - 1);
    private readonly MasterKeys _keys = new([new(1, new byte[MasterKeys.KeyLength])], 1);
    private readonly DeviceId _device = DeviceId.New(Start, new byte[10]);
    private readonly string _credential;
    private readonly Report _report = ReportAt(OpenChunk.Capacity - 1);
    private readonly ArrayBufferWriter<byte> _output = new(256);
    private readonly byte[] _record;
    private readonly DeviceState _state;
    private readonly DeviceEntry _entry;

    private readonly ECDsa _agentKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _sessionKey = new byte[32];
    private readonly byte[] _mac = new byte[32];
    private readonly byte[] _envelope;
    private readonly byte[] _signature;

    public HotPaths()
    {
        _envelope = new byte[400];
        _signature = AgentSignature.Sign(_agentKey, SignedAs.Envelope, _envelope);
        _encoded = TrackChunk.Encode(_fixes);
        _chunk = OpenChunk.From(1, _fixes.Take(OpenChunk.Capacity - 1));
        var key = new DeviceKey(new OrganizationNumber(1), _device);
        _credential = Credential.For(_keys, key, 1).ToText(_keys);
        ReportRecord.Write(_report, _output);
        _record = _output.WrittenSpan.ToArray();
        var enrolled = new DeviceEnrolled("Phone", 1, Start.AddDays(-1));
        var first = Entry(1, enrolled, Start);
        _state = DeviceMachine.Step(new DeviceState(), _chunk, first, DevicePolicy.Default).State;
        _entry = Entry(2, new Reported(_report, 1), Start.AddHours(1));
    }

    [Benchmark]
    public byte[] EncodeChunk() => TrackChunk.Encode(_fixes);

    [Benchmark]
    public int DecodeChunk() => TrackChunk.Decode(_encoded).Length;

    [Benchmark]
    public OpenChunk AddToOpenChunk() => _chunk.Add(_next);

    [Benchmark]
    public bool FindInOpenChunk() => _chunk.TryFind(_next.FixedAtMs, _next.Place, out _);

    [Benchmark]
    public bool VerifyCredential() => Credential.TryVerify(_keys, _device, _credential, out _);

    [Benchmark]
    public bool VerifyEnvelope() => AgentSignature.Verify(_agentKey, SignedAs.Envelope, _envelope, _signature);

    /// <summary>What a session key would cost instead, for decision <c>no-session-key</c>.</summary>
    [Benchmark]
    public int AuthenticateEnvelope() => HMACSHA256.HashData(_sessionKey, _envelope, _mac);

    [Benchmark]
    public int WriteReport()
    {
        _output.ResetWrittenCount();
        ReportRecord.Write(_report, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public Report ReadReport() => ReportRecord.Read(_record);

    [Benchmark]
    public DeviceStep StepDevice() => DeviceMachine.Step(_state, _chunk, _entry, DevicePolicy.Default);

    private static DeviceEntry Entry(long number, DeviceChange change, DateTimeOffset receivedAt) =>
        new(new LogPosition(1, number), receivedAt, 1, change);

    private static Report ReportAt(int number) => new()
    {
        Kind = ReportKind.Position,
        FixedAt = Start.AddSeconds(30 * number),
        SentAt = Start.AddSeconds((30 * number) + 1),
        Place = GeoPoint.From(52.379 + (number % 7 * 0.0013), 10.028 + (number * 0.0017)),
        AccuracyMetres = 5 + (number % 11),
        SpeedMetresPerSecond = 10 + (number % 5),
        CourseDegrees = 80 + (number % 13),
        AltitudeMetres = 60 + (number % 3),
        BatteryPercent = 90 - (number / 10),
        Charging = false,
        Bearer = Bearer.Mobile,
        Trigger = 't',
    };

    private static TrackFix FixAt(int number) =>
        TrackFix.From(ReportAt(number), Start.AddSeconds((30 * number) + 2), FixFlag.None, late: false);
}
