using System.Buffers.Binary;

namespace AntiLoss.Domain.Tracks;

/// <summary>Writes numbers of any width bit after bit, the highest first.</summary>
internal sealed class BitWriter(int expectedBytes)
{
    private byte[] _bytes = new byte[Math.Max(expectedBytes, 2 * sizeof(ulong))];
    private int _length;
    private ulong _pending;
    private int _pendingBits;

    /// <summary>Writes the lowest <paramref name="bits"/> of <paramref name="value"/>, 0 to 64.</summary>
    public void Write(ulong value, int bits)
    {
        var room = 64 - _pendingBits;
        if (bits < room)
        {
            _pending = _pending << bits | Lowest(value, bits);
            _pendingBits += bits;
            return;
        }
        var left = bits - room;
        // A shift by 64 is a shift by 0 to the processor.
        var full = (room == 64 ? 0 : _pending << room) | Lowest(value >> left, room);
        if (_bytes.Length - _length < sizeof(ulong))
            Array.Resize(ref _bytes, _bytes.Length * 2);
        BinaryPrimitives.WriteUInt64BigEndian(_bytes.AsSpan(_length), full);
        _length += sizeof(ulong);
        _pending = Lowest(value, left);
        _pendingBits = left;
    }

    /// <summary>
    /// Writes any number, short where it is small (Elias' delta code): how many bits its length has as so many ones and
    /// a zero, then the length, then the number, each without its leading one. 0 takes one bit, a second of today 42.
    /// </summary>
    public void WriteNumber(ulong value)
    {
        var length = BitLength.Of(value);
        var lengthOfLength = BitLength.Of((ulong)length);
        Write((1UL << (lengthOfLength + 1)) - 2, lengthOfLength + 1);
        Write((ulong)length, Math.Max(0, lengthOfLength - 1));
        Write(value, Math.Max(0, length - 1));
    }

    /// <summary>Bits of <see cref="WriteNumber"/>.</summary>
    public static int CostOfNumber(ulong value)
    {
        var length = BitLength.Of(value);
        var lengthOfLength = BitLength.Of((ulong)length);
        return lengthOfLength + 1 + Math.Max(0, lengthOfLength - 1) + Math.Max(0, length - 1);
    }

    /// <summary>What was written, filled up with zeros to a whole byte, with <paramref name="head"/> before it and room for <paramref name="tail"/> bytes after it.</summary>
    public byte[] ToArray(ReadOnlySpan<byte> head, int tail)
    {
        var rest = (_pendingBits + 7) / 8;
        var all = new byte[head.Length + _length + rest + tail];
        head.CopyTo(all);
        _bytes.AsSpan(0, _length).CopyTo(all.AsSpan(head.Length));
        Span<byte> last = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(last, _pendingBits == 0 ? 0 : _pending << (64 - _pendingBits));
        last[..rest].CopyTo(all.AsSpan(head.Length + _length));
        return all;
    }

    private static ulong Lowest(ulong value, int bits) => bits == 64 ? value : value & ((1UL << bits) - 1);
}
