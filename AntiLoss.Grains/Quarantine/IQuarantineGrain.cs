namespace AntiLoss.Grains.Quarantine;

/// <summary>
/// What arrived from phones that this installation does not know, and whose passwords were wrong: one for the whole
/// installation (key 0), because a stranger belongs to no organization. Nothing of a message is kept but its length and
/// hash.
/// </summary>
[Alias("quarantine"), GrainInterfaceType("quarantine")]
public interface IQuarantineGrain : IGrainWithIntegerKey
{
    /// <summary>Notes messages of unknown senders; one answer each, false for a sender that is blocked. Repeating it counts them again.</summary>
    [Alias("keep")]
    ValueTask<ImmutableArray<bool>> KeepAsync(ImmutableArray<StrangerMessage> messages, CancellationToken cancellationToken = default);

    /// <summary>
    /// Notes a wrong password for an id that is a device's; answers when that id failed first. Repeating it counts it
    /// again and changes no first time.
    /// </summary>
    [Alias("wrong-password")]
    ValueTask<DateTimeOffset> NoteWrongPasswordAsync(WrongPassword wrong, CancellationToken cancellationToken = default);

    /// <summary>Blocks a sender, or unblocks it. Durable when it completes; repeating it changes nothing.</summary>
    [Alias("block")]
    ValueTask BlockAsync(string sender, bool blocked, CancellationToken cancellationToken = default);

    /// <summary>Every unknown sender, the last heard first.</summary>
    [Alias("list")]
    ValueTask<ImmutableArray<Stranger>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Every id whose password was wrong, the last heard first.</summary>
    [Alias("wrong-passwords")]
    ValueTask<ImmutableArray<WrongPasswordMark>> ListWrongPasswordsAsync(CancellationToken cancellationToken = default);
}
