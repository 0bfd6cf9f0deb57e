namespace AntiLoss.Domain.Commands;

/// <summary>
/// The commands of one phone. Delivered at least once, executed once: until the phone acknowledges, a command goes out
/// with every contact. Finished ones are kept as long as a person may ask what became of them.
/// </summary>
[GenerateSerializer, Immutable, Alias("command-queue")]
public sealed record CommandQueue
{
    private const int FinishedKept = 16;

    public static readonly CommandQueue Empty = new();

    /// <summary>Oldest first.</summary>
    [Id(0)] public ImmutableArray<Command> All { get; init; } = [];

    /// <summary>The greatest counter that was given out in this enrolment.</summary>
    [Id(1)] public long Counter { get; init; }

    /// <summary>What goes out at the next contact, in order: what stops a harm first, the rest as it was asked for.</summary>
    public IEnumerable<Command> ToSend => All.Where(command => command.IsToSend).OrderBy(command => UrgencyOf(command.Kind));

    /// <summary>When the next of them expires; null if none does.</summary>
    public DateTimeOffset? ExpiresAt => All.Where(command => command.IsPending).Min(command => command.ExpiresAt);

    public Command? Find(string id) => All.FirstOrDefault(command => command.Id == id);

    public Command? Pending(CommandKind kind) => All.FirstOrDefault(command => command.Kind == kind && command.IsPending);

    /// <summary>How long a command of a kind is worth executing; null for a desired state and for a package with an expiry of its own.</summary>
    public static TimeSpan? LifetimeOf(CommandKind kind) => kind switch
    {
        CommandKind.Locate => TimeSpan.FromMinutes(10),
        CommandKind.Ring => TimeSpan.FromMinutes(5),
        CommandKind.Message => TimeSpan.FromHours(24),
        CommandKind.Wipe => TimeSpan.FromDays(7),
        _ => null,
    };

    /// <summary>
    /// Queues a command. A second Locate or Ring joins the first, which is then answered; of a pair of desired states
    /// the newer cancels the older.
    /// </summary>
    public (CommandQueue Queue, Command Command) Add(Command command, int enrolment)
    {
        if (command.Kind is CommandKind.Locate or CommandKind.Ring && Pending(command.Kind) is { } first && !(first.ExpiresAt <= command.At))
            return (this, first);
        if (Find(command.Id) is { } repeat)
            return (this, repeat);
        var lifetime = LifetimeOf(command.Kind);
        var queued = command with
        {
            Counter = Counter + 1,
            Enrolment = enrolment,
            ExpiresAt = command.ExpiresAt ?? (lifetime is { } span ? command.At + span : null),
            State = CommandState.Queued,
        };
        var superseded = Where(older => older.IsPending && PairOf(older.Kind) is { } pair && pair == PairOf(queued.Kind),
            older => Finished(older, CommandState.Cancelled, command.At, "superseded"));
        return (Trimmed(superseded with { All = superseded.All.Add(queued), Counter = queued.Counter }), queued);
    }

    /// <summary>Commands were given to the phone's connection, or went with an answer.</summary>
    public CommandQueue HandedOver(ImmutableArray<string> ids, DateTimeOffset at) =>
        Where(command => command.State == CommandState.Queued && ids.Contains(command.Id),
            command => command with { State = CommandState.Sent, SentAt = at });

    /// <summary>The phone was woken for commands, or could not be.</summary>
    public CommandQueue Woken(ImmutableArray<string> ids, DateTimeOffset at, string? failure) =>
        Where(command => command.IsPending && ids.Contains(command.Id),
            command => command with { WokenAt = failure is null ? at : command.WokenAt, WakeFailure = failure });

    /// <summary>The phone told how a command fares. A state never moves back, and what is finished stays so.</summary>
    public CommandQueue Told(string id, CommandState state, string? code, DateTimeOffset at) =>
        Where(command => command.Id == id && command.IsPending && state > command.State, command => state switch
        {
            CommandState.Acknowledged => command with { State = state, SentAt = command.SentAt ?? at, AcknowledgedAt = at },
            CommandState.Succeeded or CommandState.Failed => Finished(
                command with { SentAt = command.SentAt ?? at, AcknowledgedAt = command.AcknowledgedAt ?? at }, state, at, code),
            _ => command,
        });

    /// <summary>Gives up what the phone has not acknowledged.</summary>
    public CommandQueue Cancel(Func<Command, bool> which, DateTimeOffset at, string code) =>
        Where(command => command.IsToSend && which(command), command => Finished(command, CommandState.Cancelled, at, code));

    /// <summary>Gives up what is too old to be worth executing.</summary>
    public CommandQueue Expire(DateTimeOffset at) =>
        Where(command => command.IsPending && command.ExpiresAt <= at, command => Finished(command, CommandState.Expired, at, null));

    /// <summary>A new enrolment: what was queued for the one before is cancelled, and counters start again.</summary>
    public CommandQueue Reenrolled(DateTimeOffset at) =>
        Where(command => command.IsPending, command => Finished(command, CommandState.Cancelled, at, "enrolled-again")) with { Counter = 0 };

    private static Command Finished(Command command, CommandState state, DateTimeOffset at, string? code) =>
        command with { State = state, DoneAt = at, Code = code };

    private static int UrgencyOf(CommandKind kind) => kind switch
    {
        CommandKind.DisableFallback => 0,
        CommandKind.Lock => 1,
        CommandKind.Wipe => 2,
        _ => 3,
    };

    private static CommandKind? PairOf(CommandKind kind) => kind switch
    {
        CommandKind.Lock or CommandKind.Unlock => CommandKind.Lock,
        CommandKind.SetPolicy or CommandKind.DisableFallback or CommandKind.RebindSim => kind,
        _ => null,
    };

    private static CommandQueue Trimmed(CommandQueue queue)
    {
        var finished = queue.All.Count(command => !command.IsPending) - FinishedKept;
        return finished <= 0 ? queue : queue with
        {
            All = [.. queue.All.Where(command => command.IsPending || finished-- <= 0)],
        };
    }

    private CommandQueue Where(Func<Command, bool> which, Func<Command, Command> change) =>
        All.Any(which) ? this with { All = [.. All.Select(command => which(command) ? change(command) : command)] } : this;
}
