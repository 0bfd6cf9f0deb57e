namespace AntiLoss.Grains.Quarantine;

/// <summary>
/// What the quarantine knows. Bounded, since strangers fill it: 1,000 senders with 20 messages each and 1,000 marks; the
/// one longest not heard of makes room, a blocked one last.
/// </summary>
[GenerateSerializer, Immutable, Alias("quarantine-state")]
public sealed record QuarantineState
{
    public const int MaxSenders = 1_000;
    public const int MaxMessages = 20;
    public const int MaxMarks = 1_000;
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    [Id(0)] public ImmutableDictionary<string, Stranger> Senders { get; init; } = ImmutableDictionary<string, Stranger>.Empty;

    [Id(1)] public ImmutableDictionary<string, WrongPasswordMark> WrongPasswords { get; init; } = ImmutableDictionary<string, WrongPasswordMark>.Empty;

    public bool IsBlocked(string sender) => Senders.TryGetValue(sender, out var known) && known.Blocked;

    public QuarantineState With(StrangerMessage message, DateTimeOffset now)
    {
        var kept = new QuarantinedMessage(now, message.App, message.Address, message.Length, message.Hash);
        if (!Senders.TryGetValue(message.Sender, out var sender))
        {
            return this with
            {
                Senders = WithRoom(Senders, MaxSenders, known => (known.Blocked, known.LastAt)).Add(message.Sender, new Stranger(message.Sender, now, now, 1, false, [kept])),
            };
        }
        var messages = sender.Messages.Length < MaxMessages ? sender.Messages : sender.Messages.RemoveAt(0);
        return this with
        {
            Senders = Senders.SetItem(message.Sender, sender with { LastAt = now, Count = sender.Count + 1, Messages = messages.Add(kept) }),
        };
    }

    /// <summary>One more wrong password of an id. After a day without one the count begins anew: it is another mistake.</summary>
    public QuarantineState With(WrongPassword wrong, DateTimeOffset now)
    {
        var mark = WrongPasswords.TryGetValue(wrong.Device, out var known) && now - known.LastAt < ForgottenAfter
            ? known with { LastAt = now, Count = known.Count + 1, App = wrong.App, Address = wrong.Address }
            : new WrongPasswordMark(wrong.Device, now, now, 1, wrong.App, wrong.Address);
        var marks = known is null ? WithRoom(WrongPasswords, MaxMarks, other => (false, other.LastAt)) : WrongPasswords;
        return this with { WrongPasswords = marks.SetItem(wrong.Device, mark) };
    }

    /// <summary>The sender blocked or not; one that was never heard can be blocked too.</summary>
    public QuarantineState WithBlocked(string sender, bool blocked, DateTimeOffset now)
    {
        var known = Senders.TryGetValue(sender, out var heard) ? heard : new Stranger(sender, now, now, 0, false, []);
        var senders = heard is null ? WithRoom(Senders, MaxSenders, other => (other.Blocked, other.LastAt)) : Senders;
        return this with { Senders = senders.SetItem(sender, known with { Blocked = blocked }) };
    }

    private static ImmutableDictionary<string, T> WithRoom<T>(ImmutableDictionary<string, T> all, int most, Func<T, (bool Last, DateTimeOffset LastAt)> order) =>
        all.Count < most ? all : all.Remove(all.MinBy(pair => order(pair.Value)).Key);
}
