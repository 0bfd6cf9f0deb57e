namespace AntiLoss.Domain.Agents;

/// <summary>
/// Where an agent's event stands in its phone's life: enrolment, the order in which its outbox was first seen, and its
/// number in that outbox. The server's clock never orders a phone's events.
/// </summary>
[GenerateSerializer, Immutable, Alias("event-order")]
public readonly record struct EventOrder(
    [property: Id(0)] int Enrolment, [property: Id(1)] int Outbox, [property: Id(2)] long Sequence) : IComparable<EventOrder>
{
    public int CompareTo(EventOrder other) =>
        Enrolment != other.Enrolment ? Enrolment.CompareTo(other.Enrolment)
        : Outbox != other.Outbox ? Outbox.CompareTo(other.Outbox)
        : Sequence.CompareTo(other.Sequence);

    public static bool operator <(EventOrder left, EventOrder right) => left.CompareTo(right) < 0;

    public static bool operator >(EventOrder left, EventOrder right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventOrder left, EventOrder right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventOrder left, EventOrder right) => left.CompareTo(right) >= 0;
}
