namespace AntiLoss.Domain.Guards;

/// <summary>A time in which an operator works on the phone: SIMs come and go, it is off.</summary>
[GenerateSerializer, Immutable, Alias("maintenance")]
public sealed record Maintenance(
    [property: Id(0)] DateTimeOffset From, [property: Id(1)] DateTimeOffset Until, [property: Id(2)] string By, [property: Id(3)] string Reason)
{
    public bool Includes(DateTimeOffset at) => From <= at && at < Until;
}
