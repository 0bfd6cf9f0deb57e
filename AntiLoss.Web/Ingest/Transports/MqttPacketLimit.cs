using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// Breaks a connection off whose next packet says that it is longer than any that is awaited: the broker would gather
/// 256 MB before it looked at one, and the first packet comes from anybody.
/// </summary>
internal static class MqttPacketLimit
{
    /// <summary>A CONNECT has a name, a password and a short last will.</summary>
    private const int LongestFirst = 64 * 1024;

    /// <summary>Above what is dead-lettered by <see cref="LimitOptions.BodyBytes"/>: a refused message would come again for ever.</summary>
    private const int LongestLater = 64 * 1024 * 1024;

    public static IConnectionBuilder UsePacketLimit(this IConnectionBuilder connection) => connection.Use(next => context =>
    {
        context.Transport = new Limited(context.Transport);
        return next(context);
    });

    private sealed class Limited(IDuplexPipe inner) : IDuplexPipe
    {
        public PipeReader Input { get; } = new Reader(inner.Input);

        public PipeWriter Output => inner.Output;
    }

    /// <summary>The broker takes whole packets from it, so that whatever it reads begins with one.</summary>
    private sealed class Reader(PipeReader inner) : PipeReader
    {
        private SequencePosition _start;
        private int _longest = LongestFirst;

        public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
            Checked(await inner.ReadAsync(cancellationToken));

        public override bool TryRead(out ReadResult result)
        {
            if (!inner.TryRead(out result))
                return false;
            result = Checked(result);
            return true;
        }

        public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
        {
            if (!consumed.Equals(_start))
                _longest = LongestLater;
            inner.AdvanceTo(consumed, examined);
        }

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        private ReadResult Checked(ReadResult result)
        {
            _start = result.Buffer.Start;
            return LengthOf(result.Buffer) <= _longest ? result : throw new InvalidDataException($"A packet of more than {_longest} bytes was announced.");
        }

        /// <summary>The length that a packet's head announces: 7 bits a byte, lowest first, at most four bytes; 0 while it is not all there.</summary>
        private static int LengthOf(in ReadOnlySequence<byte> packet)
        {
            Span<byte> head = stackalloc byte[5];
            head = head[..(int)Math.Min(head.Length, packet.Length)];
            packet.Slice(0, head.Length).CopyTo(head);
            var length = 0;
            for (var i = 1; i < head.Length; i++)
            {
                length |= (head[i] & 0x7f) << (7 * (i - 1));
                if (head[i] < 0x80)
                    return length;
            }
            return 0;
        }
    }
}
