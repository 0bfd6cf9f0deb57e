using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Geography;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Reports;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Tests.Devices;

/// <summary>A phone's life told entry by entry, in seconds after <see cref="Start"/>.</summary>
internal sealed class PhoneStory
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly List<TrackFix> _closed = [];
    private OpenChunk _chunk = OpenChunk.Empty(1);
    private long _number;
    private long _sequence;

    public DeviceState State { get; private set; } = new();

    /// <summary>In force for what comes next.</summary>
    public DevicePolicy Policy { get; set; } = DevicePolicy.Default;

    public GuardState Guards => State.Guards ?? GuardState.Empty;

    /// <summary>Every effect there ever was, in order.</summary>
    public List<DeviceEffect> Effects { get; } = [];

    public DeviceStep Last { get; private set; }

    /// <summary>Everything in history, in order of arrival.</summary>
    public IReadOnlyList<TrackFix> History => [.. _closed, .. _chunk.Fixes];

    /// <summary>A fix report at a second and place.</summary>
    public static Report At(double second, double latitude, double longitude) => new()
    {
        Kind = ReportKind.Position,
        FixedAt = Start.AddSeconds(second),
        Place = GeoPoint.From(latitude, longitude),
    };

    public PhoneStory Enrol() => Operate(new DeviceEnrolled("Phone", 1, Start.AddDays(-1)), at: 0);

    public PhoneStory Fix(double at, double latitude, double longitude) => Report(At(at, latitude, longitude));

    /// <summary>A fix of 10 m accuracy.</summary>
    public PhoneStory Good(double at, double latitude, double longitude) =>
        Report(At(at, latitude, longitude) with { AccuracyMetres = 10 });

    public PhoneStory Operate(OperationalChange change, double at) => Take(change, at);

    /// <summary>A report, received when it was fixed unless said otherwise.</summary>
    public PhoneStory Report(Report report, double? receivedAt = null) =>
        Take(new Reported(report, HashOf(report)), receivedAt ?? Math.Max(0, (report.FixedAt!.Value - Start).TotalSeconds));

    /// <summary>An operator whose account is old enough to be a second person, on a session of its own.</summary>
    public static Operator Person(string id) => new(id, $"session of {id}", Start.AddDays(-30));

    /// <summary>Enrols the phone and its agent.</summary>
    public PhoneStory EnrolAgent(AgentKind kind = AgentKind.OemAgent, int enrolment = 1, double at = 0) =>
        (State.IsEnrolled ? this : Enrol()).Operate(new AgentEnrolled(enrolment, kind, [1, 2, 3], "test agent 1"), at);

    public PhoneStory Act(Func<Operator, OperatorAct> act, double at, string by = "olga") => Operate(act(Person(by)), at);

    /// <summary>An armed phone with its own SIM in slot 0.</summary>
    public PhoneStory Guard(double at = 1) => EnrolAgent().Say(new SimSeen(0, OwnSim, "Own", "26201"), at)
        .Act(by => new Armed(by, "handed out"), at);

    public const string OwnSim = "8986001234567890120";
    public const string StrangersSim = "8949222074451242066";

    /// <summary>The agent tells the next thing, received when it happened.</summary>
    public PhoneStory Say(AgentEvent said, double at, double? receivedAt = null) => Deliver(++_sequence, said, at, receivedAt);

    /// <summary>An item of the outbox arrives, in whatever order.</summary>
    public PhoneStory Deliver(long sequence, AgentEvent said, double at, double? receivedAt = null, int enrolment = 1, ulong outbox = 7) =>
        Take(new AgentReported(enrolment, outbox, sequence) { Event = said, HappenedAt = Start.AddSeconds(at) }, receivedAt ?? at);

    /// <summary>Lets time pass: every due moment up to a second happens at its time, as the shard's clock has it.</summary>
    public PhoneStory Wait(double until)
    {
        while (DeviceMachine.DueAt(State, Policy) is { } due && due <= Start.AddSeconds(until))
        {
            var before = State;
            Operate(new DueReached(), Math.Max((due - Start).TotalSeconds, _at));
            if (DeviceMachine.DueAt(State, Policy) == due && before with { Applied = State.Applied } == State)
                throw new InvalidOperationException($"What is due at {due:O} never happens.");
        }
        _at = Math.Max(_at, until);
        return this;
    }

    public static ulong HashOf(Report report)
    {
        var record = new System.Buffers.ArrayBufferWriter<byte>();
        ReportRecord.Write(report, record);
        return System.IO.Hashing.XxHash64.HashToUInt64(record.WrittenSpan);
    }

    private double _at;

    internal PhoneStory Take(DeviceChange change, double at)
    {
        _at = Math.Max(_at, at);
        var told = State.Outbox.Length;
        Last = DeviceMachine.Step(State, _chunk, new DeviceEntry(new LogPosition(1, ++_number), Start.AddSeconds(at), Policy.Version, change), Policy);
        if (Last.State.Outbox.Length > told)
            Effects.AddRange(Last.State.Outbox[told..]);
        if (Last.Filled is { } filled)
            _closed.AddRange(filled.Fixes);
        (State, _chunk) = (Last.State, Last.Chunk);
        return this;
    }
}
