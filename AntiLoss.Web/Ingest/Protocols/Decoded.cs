using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>What a protocol made of the bytes of one message.</summary>
public abstract record Decoded
{
    private Decoded()
    {
    }

    /// <summary>
    /// The bytes are of this protocol. Nothing in it at all is an answer too: the phone said something that asks
    /// nothing of us, such as its card.
    /// </summary>
    /// <param name="Reports">What the phone said, in its order.</param>
    /// <param name="Unreadable">Why parts of the message could not be read, one per part.</param>
    public sealed record Message(ImmutableArray<Report> Reports, ImmutableArray<string> Unreadable) : Decoded
    {
        /// <summary>A message that asks nothing of us.</summary>
        public static readonly Message Nothing = new([], []);

        /// <summary>What the phone calls itself, in protocols where the message says so.</summary>
        public string? Sender { get; init; }
    }

    /// <summary>Reports of many phones, one item per report, in order.</summary>
    public sealed record Batch(ImmutableArray<BatchItem> Items) : Decoded;

    /// <summary>Nothing in it could be read.</summary>
    /// <param name="Reason">For the operator: what is wrong, without anything that the phone sent.</param>
    public sealed record Malformed(string Reason) : Decoded
    {
        /// <summary>What a message is that is longer than one may be.</summary>
        /// <param name="length">Bytes of all of it; only the first ones are at hand.</param>
        public static Malformed TooLong(long length) => new("longer than a message may be") { Length = length };

        /// <summary>Bytes of the whole message, if not all of them are at hand.</summary>
        public long? Length { get; private init; }
    }
}

/// <summary>One report of a batch: a phone and what it said, or which field keeps it from being one.</summary>
public readonly record struct BatchItem(DeviceId Device, Report? Report, string? Field, string? Error)
{
    public static BatchItem Wrong(string field, string error) => new(default, null, field, error);
}

/// <summary>
/// A dialect that phones speak: a pure function from bytes to reports or a typed refusal. It never throws, whatever
/// arrives, knows no clock and never invents a time.
/// </summary>
public interface IProtocol
{
    /// <summary>Unique, kebab-case: the name in dead letters and metrics.</summary>
    string Name { get; }

    /// <param name="message">The bytes as they arrived.</param>
    /// <param name="secret">The phone's secret for encrypted payloads; empty if there is none.</param>
    Decoded Decode(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret = default);
}
