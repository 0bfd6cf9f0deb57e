namespace AntiLoss.Domain.Agents;

/// <summary>
/// The counters of the commands that a phone has executed, as IPsec's anti-replay window (RFC 4303, 3.4.3): a command
/// that stops a harm overtakes others, so that counters do not arrive in order. Kept over restarts.
/// </summary>
/// <param name="Highest">0 while there was none.</param>
/// <param name="Seen">Bit n: <paramref name="Highest"/> − n was executed.</param>
public readonly record struct CommandWindow(long Highest, ulong Seen)
{
    public const int Size = 64;

    public bool IsNew(long counter) => counter > Highest
        || (counter > 0 && Highest - counter < Size && (Seen >> (int)(Highest - counter) & 1) == 0);

    /// <summary>The window once a new command was executed.</summary>
    public CommandWindow With(long counter) => counter <= Highest ? this with { Seen = Seen | 1UL << (int)(Highest - counter) }
        : new(counter, (counter - Highest < Size ? Seen << (int)(counter - Highest) : 0) | 1);
}
