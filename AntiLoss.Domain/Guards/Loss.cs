namespace AntiLoss.Domain.Guards;

/// <summary>How a phone was lost.</summary>
/// <param name="By">The operator's account, <c>person</c> for the assigned person, or <c>policy</c>.</param>
[GenerateSerializer, Immutable, Alias("loss")]
public sealed record Loss(
    [property: Id(0)] DateTimeOffset At, [property: Id(1)] string By, [property: Id(2)] string Reason,
    [property: Id(3)] string? Message, [property: Id(4)] string? PhoneNumber);
