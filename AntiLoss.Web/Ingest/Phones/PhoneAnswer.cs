namespace AntiLoss.Web.Ingest.Phones;

/// <summary>What became of a message.</summary>
/// <param name="HasCommands">Commands wait for the phone that sent it.</param>
internal readonly record struct Reception(PhoneAnswer Answer, bool HasCommands = false)
{
    public static implicit operator Reception(PhoneAnswer answer) => new(answer);
}

/// <summary>
/// What a phone's app is told, whatever carried its message. The apps lose data on a true answer that they do not
/// expect, so an answer is chosen by what the app does with it; see <c>docs/protocols.md</c>.
/// </summary>
internal enum PhoneAnswer
{
    /// <summary>Durable, or nothing that had to be: the phone may forget it.</summary>
    Taken,

    /// <summary>The phone keeps it and sends it again later.</summary>
    Later,

    /// <summary>The password is not this phone's, or no longer.</summary>
    WrongPassword,

    /// <summary>Nobody knows this phone; its message was noted in the quarantine and is lost.</summary>
    Quarantined,

    /// <summary>Nobody knows this phone, and the administrator wants to hear no more of it.</summary>
    Blocked,

    /// <summary>The phone has left the organization; its reports are lost on purpose.</summary>
    Retired,
}
