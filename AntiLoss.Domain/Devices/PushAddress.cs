using AntiLoss.Domain.Agents;

namespace AntiLoss.Domain.Devices;

/// <summary>
/// Where a push service reaches the phone, as its software told. The token is the phone's: it is in no log, no answer
/// and no metric.
/// </summary>
/// <param name="Service"><c>fcm</c>, <c>apns</c>, or a vendor's name.</param>
/// <param name="Token">Empty once the service knows it no more, or the phone took it back.</param>
[GenerateSerializer, Immutable, Alias("push-address")]
public sealed record PushAddress([property: Id(0)] string Service, [property: Id(1)] string Token, [property: Id(2)] DateTimeOffset At)
{
    /// <summary>Firebase Cloud Messaging: what Traccar Client and most Android phones outside mainland China have.</summary>
    public const string Fcm = "fcm";

    /// <summary>Apple Push Notification service.</summary>
    public const string Apns = "apns";

    /// <summary>A longer token is no push service's.</summary>
    public const int LongestToken = 1_024;

    private const int LongestService = 20;

    /// <summary>The agent's event that said so; the default if it came with a report.</summary>
    [Id(3)] public EventOrder Order { get; init; }

    /// <summary>When a push service last took a wake for it; null if none has since it told this address.</summary>
    [Id(4)] public DateTimeOffset? WokenAt { get; init; }

    public bool IsUsable => Token.Length > 0;

    /// <summary>Whether a text can be a push service's name: letters in lower case, digits and hyphens, at most 20.</summary>
    public static bool IsService(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= LongestService && text.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
    }

    /// <summary>The service's name: a token must not come into a log by chance.</summary>
    public override string ToString() => Service;
}

/// <summary>A wake of the phone was tried, for commands that waited for it.</summary>
/// <param name="Commands">Those that waited when it was tried.</param>
/// <param name="AddressAt">When the phone told the address that was used: a newer one is not touched.</param>
/// <param name="Failure">Null if the push service took it; else kebab-case: unregistered, rejected, busy or unreachable.</param>
public sealed record WakeTried(ImmutableArray<string> Commands, DateTimeOffset AddressAt, string? Failure) : OperationalChange
{
    /// <summary>The service knows the token no more.</summary>
    public const string Unregistered = "unregistered";
}
