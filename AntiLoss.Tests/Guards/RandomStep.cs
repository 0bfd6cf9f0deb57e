using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using CsCheck;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>What happens next in a guarded phone's random life, read from one number so that a life is cheap to make.</summary>
internal readonly record struct RandomStep(ulong Number)
{
    /// <summary>Steps of a life.</summary>
    public const int Count = 200;

    /// <summary>The numbers of a whole life.</summary>
    public static readonly Gen<ulong[]> AnyLife = Gen.ULong.Array[Count];

    /// <summary>Policies that may be in force.</summary>
    public static readonly DevicePolicy[] Policies =
    [
        DevicePolicy.Default, new(2) { EscalateAfter = TimeSpan.FromMinutes(30), OwnSimInOtherPhone = OwnSimRule.Refuse, PinFailuresToTamper = 3 },
    ];

    private static readonly string[] People = ["olga", "boris", "chen"];

    /// <summary>What is to happen, 0 to 63; the rest are its particulars, 0 to 255.</summary>
    public int Kind => (int)(Number % 64);

    public int A => (int)(Number >> 8 & 0xff);
    public int B => (int)(Number >> 16 & 0xff);
    public int C => (int)(Number >> 24 & 0xff);

    /// <summary>For how it gets to the server.</summary>
    public int Way => (int)(Number >> 32);

    /// <summary>Seconds since the step before: mostly under a minute, now and then hours.</summary>
    public int Pause => C switch { < 200 => C / 4, < 250 => 60 * (C - 199), _ => 3600 * (C - 249) };

    /// <summary>What the agent says.</summary>
    /// <param name="sims">Three: the phone's own, and two others.</param>
    public AgentEvent Event(GuardState guards, IReadOnlyList<string> sims) => (A % 18) switch
    {
        0 or 1 => new SimSeen(B % 2, sims[B % sims.Count]),
        2 => new SimGone(B % 2),
        3 => new PowerOffRequested(),
        4 => new PowerOffCancelled(),
        5 => new PinAccepted((PinPurpose)(B % 3), B % 2),
        6 or 7 => new PinRejected((PinPurpose)(B % 3), B % 12, null, B % 2),
        8 => new CodeAccepted((RecoveryPurpose)(B % 3)),
        9 or 10 => new PoweredOff(B % 4 != 0),
        11 => new Booted((BootReason)(B % 7)),
        12 => new AirplaneModeSet(B % 2 == 0, B % 3 == 0),
        13 => new AgentTampered("root"),
        14 => new ScreenLockSet(B % 2 == 0),
        15 => new PolicyApplied(1 + B % 2),
        16 => new PinSet(),
        _ => new CommandTold(guards.Commands.All is { Length: > 0 } all ? all[B % all.Length].Id : "none", (CommandState)(2 + B % 3)),
    };

    /// <summary>What an operator does, or the server in one's name.</summary>
    public OperationalChange Act(GuardState guards, DateTimeOffset now)
    {
        var by = Person(People[B % 3]);
        return (A % 16) switch
        {
            0 or 1 => new Armed(by, "r"),
            2 => new Disarmed(by, "r"),
            3 => new SuspicionDismissed(by, "r"),
            4 or 5 => new LossDeclared(by, "r"),
            6 => new FoundDeclared(by, "r"),
            7 or 8 => new WipeRequested(by, "r"),
            9 or 10 => new WipeApproved(by, "r", guards.Wipe?.At ?? Start),
            11 => new WipeCancelled(by, "r"),
            12 => new ActionAgreed(by, "r", guards.Pending?.Id ?? "none"),
            13 => B < 8 ? new DeviceRetired(by.Id, "r") { Operator = by } : new EnrolAgainAsked(by, "r"),
            14 => B % 2 == 0 ? new MaintenanceOpened(by, "r", now, now.AddMinutes(10)) : new NextSimAccepted(by, "r", now.AddMinutes(10)),
            _ => new CommandAsked(by, "r", $"{now:O}", (CommandKind)(1 + B % 4)),
        };
    }

    /// <summary>The registry's word on one of the SIMs.</summary>
    public SimJudged Judged(IReadOnlyList<string> sims) => new(sims[A % sims.Count], (SimVerdict)(B % 7), "B", C % 2 == 0);
}
