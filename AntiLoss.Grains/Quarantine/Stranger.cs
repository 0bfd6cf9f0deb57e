namespace AntiLoss.Grains.Quarantine;

/// <summary>One message of a sender that no device is known by.</summary>
/// <param name="Sender">What it calls itself, at most 64 printable characters; empty if it says nothing.</param>
/// <param name="App">The app, as it names itself.</param>
/// <param name="Hash">The first 16 hexadecimal digits of the SHA-256 of its bytes.</param>
[GenerateSerializer, Immutable, Alias("stranger-message")]
public sealed record StrangerMessage(
    [property: Id(0)] string Sender,
    [property: Id(1)] string App,
    [property: Id(2)] string Address,
    [property: Id(3)] int Length,
    [property: Id(4)] string Hash);

/// <summary>A message as the quarantine keeps it.</summary>
[GenerateSerializer, Immutable, Alias("quarantined-message")]
public sealed record QuarantinedMessage(
    [property: Id(0)] DateTimeOffset ReceivedAt,
    [property: Id(1)] string App,
    [property: Id(2)] string Address,
    [property: Id(3)] int Length,
    [property: Id(4)] string Hash);

/// <summary>A sender that no device is known by, and its last messages, oldest first.</summary>
/// <param name="Count">How many it sent, also those no longer kept.</param>
[GenerateSerializer, Immutable, Alias("stranger")]
public sealed record Stranger(
    [property: Id(0)] string Sender,
    [property: Id(1)] DateTimeOffset FirstAt,
    [property: Id(2)] DateTimeOffset LastAt,
    [property: Id(3)] long Count,
    [property: Id(4)] bool Blocked,
    [property: Id(5)] ImmutableArray<QuarantinedMessage> Messages);

/// <summary>A password that is a credential of ours by its form, and not this device's.</summary>
[GenerateSerializer, Immutable, Alias("wrong-password")]
public sealed record WrongPassword(
    [property: Id(0)] string Device,
    [property: Id(1)] string App,
    [property: Id(2)] string Address);

/// <summary>The mark on an id whose password was wrong.</summary>
[GenerateSerializer, Immutable, Alias("wrong-password-mark")]
public sealed record WrongPasswordMark(
    [property: Id(0)] string Device,
    [property: Id(1)] DateTimeOffset FirstAt,
    [property: Id(2)] DateTimeOffset LastAt,
    [property: Id(3)] long Count,
    [property: Id(4)] string App,
    [property: Id(5)] string Address);
