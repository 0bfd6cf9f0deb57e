namespace AntiLoss.Domain.Agents;

/// <summary>What a command is to a phone that remembers what it has executed.</summary>
public enum CommandNovelty
{
    /// <summary>It is to be executed.</summary>
    New,

    /// <summary>The very command was executed: its receipt is told again, and nothing is done.</summary>
    Repeat,

    /// <summary>Another command had this counter, or it is too far behind to say: refused.</summary>
    Replayed,
}

/// <summary>
/// The commands that a phone has executed in its enrolment, and its receipts for them: kept over restarts. A server sends
/// a command until it has the receipt, so that the same one may come again; and one that stops a harm overtakes others,
/// so that counters do not arrive in order. Hence a window, as IPsec has against replays (RFC 4303, 3.4.3).
/// </summary>
public sealed record ExecutedCommands
{
    /// <summary>A command whose counter is this far behind the highest is not looked at.</summary>
    public const int Window = 64;

    public static readonly ExecutedCommands None = new();

    /// <summary>Receipts by their commands' counters.</summary>
    public ImmutableSortedDictionary<long, CommandTold> Receipts { get; init; } = ImmutableSortedDictionary<long, CommandTold>.Empty;

    private long Highest => Receipts.IsEmpty ? 0 : Receipts.Keys.Last();

    /// <summary>What a command of this id and counter is.</summary>
    public CommandNovelty Judge(string id, long counter) =>
        Receipts.TryGetValue(counter, out var receipt) ? receipt.Id == id ? CommandNovelty.Repeat : CommandNovelty.Replayed
        : counter > 0 && counter > Highest - Window ? CommandNovelty.New
        : CommandNovelty.Replayed;

    /// <summary>With what became of a command; what has left the window is forgotten.</summary>
    public ExecutedCommands With(long counter, CommandTold receipt)
    {
        var receipts = Receipts.SetItem(counter, receipt);
        var oldest = receipts.Keys.Last() - Window;
        return new() { Receipts = receipts.RemoveRange(receipts.Keys.TakeWhile(known => known <= oldest)) };
    }
}
