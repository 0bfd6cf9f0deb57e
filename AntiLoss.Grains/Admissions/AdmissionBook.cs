using System.Globalization;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;

namespace AntiLoss.Grains.Admissions;

/// <summary>Who may join an organization by itself: its tokens, who has joined by them, and who waits. What may be done to it is pure.</summary>
[GenerateSerializer, Immutable, Alias("admission-book")]
public sealed record AdmissionBook
{
    public const int MostTokens = 100;
    public const int MostPhones = 10_000;
    public const int MostWaiting = 1_000;

    /// <summary>The newest last; revoked ones stay until others need the room, since what shows one waits.</summary>
    [Id(0)] public ImmutableArray<EnrolmentToken> Tokens { get; init; } = [];

    [Id(1)] public int LastToken { get; init; }

    /// <summary>By which identifier of the list a phone's key has joined.</summary>
    [Id(2)] public ImmutableDictionary<string, string> Joined { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>By the phone's key.</summary>
    [Id(3)] public ImmutableDictionary<string, WaitingPhone> Waiting { get; init; } = ImmutableDictionary<string, WaitingPhone>.Empty;

    /// <summary>What the audit is still to be told: written with the change that it is about, so that neither is without the other.</summary>
    [Id(4)] public ImmutableArray<Audited> Untold { get; init; } = [];

    /// <summary>With a token, under the next number; null if there are too many that are good.</summary>
    public AdmissionBook? With(EnrolmentToken token)
    {
        var tokens = Tokens;
        if (tokens.Length >= MostTokens)
        {
            if (tokens.FirstOrDefault(old => old.Revoked || old.Until <= token.CreatedAt) is not { } over)
                return null;
            tokens = tokens.Remove(over);
        }
        return (this with { Tokens = tokens.Add(token with { Number = LastToken + 1 }), LastToken = LastToken + 1 }).Telling(
            token.CreatedAt, token.By, "enrolment-token-made", "", $"{LastToken + 1}",
            string.Create(CultureInfo.InvariantCulture, $"{token.Name}: {token.MostPhones} phones of fleet {token.Fleet}, until {token.Until:u}"));
    }

    /// <summary>With a token revoked; null if there is none of that number.</summary>
    public AdmissionBook? Revoke(int number, string by, DateTimeOffset now) => Tokens.FirstOrDefault(token => token.Number == number) is not { } there ? null
        : there.Revoked ? this
        : (this with { Tokens = Tokens.Replace(there, there with { Revoked = true }) }).Telling(now, by, "enrolment-token-revoked", $"{number}", "", there.Name);

    /// <summary>Takes a phone in, or lets it wait. The same phone again is answered the same, and counted once.</summary>
    /// <param name="isListed">Whether the imported list has an identifier.</param>
    public (AdmissionBook Book, JoinAnswer Answer) Join(JoinRequest request, Func<string, bool> isListed, DateTimeOffset now)
    {
        if (Tokens.FirstOrDefault(token => token.Hash == request.TokenHash) is not { } token)
            return (this, new JoinAnswer(JoinVerdict.UnknownToken));
        if (Joined.ContainsKey(request.Key))
            return (this, new JoinAnswer(JoinVerdict.Joins, token.Fleet));
        if (Waiting.TryGetValue(request.Key, out var known))
            return (this, known.Admitted switch
            {
                null => new JoinAnswer(JoinVerdict.Waits),
                // A lost phone is let in again by two operators, and not as another one by a single.
                true when request.Kept == Protection.Lost => new JoinAnswer(JoinVerdict.Waits),
                true => new JoinAnswer(JoinVerdict.Joins, known.Fleet),
                false => new JoinAnswer(JoinVerdict.Refused),
            });
        var identifier = request.Identifiers.FirstOrDefault(isListed);
        WaitReason? reason = request.Kept is not null ? WaitReason.Held
            : token.Revoked ? WaitReason.Revoked
            : token.Until <= now ? WaitReason.Lapsed
            : token.Phones >= token.MostPhones ? WaitReason.Full
            : identifier is null ? WaitReason.Unlisted
            : Joined.ContainsValue(identifier) ? WaitReason.Known
            : null;
        if (reason is { } why)
            return Wait(new WaitingPhone(request, token.Number, token.Fleet, why, now));
        return (
            (this with { Joined = Joined.Add(request.Key, identifier!), Tokens = Tokens.Replace(token, token with { Phones = token.Phones + 1 }) })
                .Telling(now, "phone", "phone-joined", $"{token.Number}", request.Key, identifier),
            new JoinAnswer(JoinVerdict.Joins, token.Fleet));
    }

    /// <summary>An operator has decided about a phone that waits; null if none does.</summary>
    public AdmissionBook? Decide(string key, bool admitted, string by, DateTimeOffset now) => Waiting.GetValueOrDefault(key) is { Admitted: null } there
        ? (this with { Waiting = Waiting.SetItem(key, there with { Admitted = admitted, DecidedBy = by }) })
            .Telling(now, by, admitted ? "phone-admitted" : "phone-refused", $"{there.Reason}", key, there.Request.Name)
        : null;

    /// <summary>Everything that was to be told has been.</summary>
    public AdmissionBook Told() => this with { Untold = [] };

    private AdmissionBook Telling(DateTimeOffset at, string actor, string action, string before, string after, string? reason) => this with
    {
        Untold = Untold.Add(new Audited($"admissions/{action}/{before}/{after}", actor, action, at, before, after, reason)),
    };

    private (AdmissionBook, JoinAnswer) Wait(WaitingPhone phone)
    {
        var waiting = Waiting;
        if (waiting.Count >= MostWaiting)
        {
            // Decided ones make room, the oldest first; of those who wait nobody is forgotten.
            if (waiting.Where(other => other.Value.Admitted is not null).OrderBy(other => other.Value.Since).Select(other => other.Key).FirstOrDefault() is not { } over)
                return (this, new JoinAnswer(JoinVerdict.Crowded));
            waiting = waiting.Remove(over);
        }
        return (
            (this with { Waiting = waiting.Add(phone.Request.Key, phone) }).Telling(phone.Since, "phone", "phone-waits", $"{phone.Reason}", phone.Request.Key, phone.Request.Name),
            new JoinAnswer(JoinVerdict.Waits));
    }
}

/// <summary>The phones that an organization has bought: IMEIs and serial numbers.</summary>
[GenerateSerializer, Immutable, Alias("equipment-list")]
public sealed record EquipmentList
{
    public const int Most = 100_000;

    [Id(0)] public ImmutableHashSet<string> Identifiers { get; init; } = [];
}
