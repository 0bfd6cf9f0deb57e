using System.Buffers.Binary;
using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Reports;

namespace AntiLoss.LoadTest.Agents;

/// <summary>What a phone still knows after a reboot, and no more after a factory reset.</summary>
internal sealed class PhoneFlash(int enrolment, Func<RecoveryPurpose, string, string> codeOf)
{
    private readonly List<OutboxItem> _outbox = [];
    private long _lastSequence;

    public int Enrolment { get; } = enrolment;

    /// <summary>The receipts of the commands that were executed.</summary>
    public ExecutedCommands Executed { get; set; } = ExecutedCommands.None;

    /// <summary>Works out a recovery code under the enrolment's recovery secret.</summary>
    public Func<RecoveryPurpose, string, string> CodeOf { get; } = codeOf;

    public byte[] HardwareKey { get; } = RandomNumberGenerator.GetBytes(32);

    public PinPadMemory Pad { get; set; } = PinPadMemory.Empty;

    public ulong OutboxId { get; } = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8));

    public IReadOnlyList<OutboxItem> Outbox => _outbox;

    public DevicePolicy Policy { get; set; } = DevicePolicy.Default;

    /// <summary>A policy was pushed: something guards the phone from then on.</summary>
    public bool IsGuarded { get; set; }

    public bool IsLost { get; set; }

    public bool IsSuspected { get; set; }

    public bool IsLocked { get; set; }

    /// <summary>What the screen shows while it is locked.</summary>
    public string? ScreenText { get; set; }

    public bool MayPowerOffOnce { get; set; }

    public HashSet<string> BoundSims { get; } = [];

    public HashSet<string> AuthorisedSims { get; } = [];

    public HashSet<string> RefusedSims { get; } = [];

    /// <summary>What was in each slot when the agent last looked.</summary>
    public Dictionary<int, string> SeenSims { get; } = [];

    public void Add(DateTimeOffset happenedAt, AgentEvent? said, Report? report) =>
        _outbox.Add(new OutboxItem(++_lastSequence, happenedAt) { Event = said, Report = report });

    /// <summary>Forgets what the server has.</summary>
    public void Acknowledge(long through) => _outbox.RemoveAll(item => item.Sequence <= through);

    /// <summary>What is to be done with a command; one that is executed counts as received from now on, whatever happens to the phone.</summary>
    public (CommandNovelty Novelty, string? Refusal) Admit(Command command, DateTimeOffset now)
    {
        if (command.Enrolment != Enrolment)
            return (CommandNovelty.Replayed, "wrong-enrolment");
        var novelty = Executed.Judge(command.Id, command.Counter);
        if (novelty == CommandNovelty.Replayed)
            return (novelty, "replayed");
        if (novelty == CommandNovelty.Repeat)
            return (novelty, null);
        if (command.ExpiresAt <= now)
            return (novelty, "expired");
        Executed = Executed.With(command.Counter, new CommandTold(command.Id, CommandState.Acknowledged));
        return (novelty, null);
    }
}
