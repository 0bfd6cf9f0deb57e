using System.Buffers.Binary;
using System.Numerics;

namespace AntiLoss.Domain.Tracks;

/// <summary>Reads what <see cref="BitWriter"/> wrote. Whatever the bytes are, it ends: at their end it throws <see cref="FormatException"/>.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> bytes)
{
    private const int PeekBits = 57;

    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether only the filling zeros of the last byte are left.</summary>
    public readonly bool IsAtEnd => (_bytes.Length * 8) - _at < 8 && Peek() == 0;

    /// <summary>The next 0 to 64 bits.</summary>
    public ulong Read(int bits)
    {
        if (bits > PeekBits)
            return Read(bits - 32) << 32 | Read(32);
        if (bits > (_bytes.Length * 8) - _at)
            throw new FormatException("The chunk is cut off.");
        var value = bits == 0 ? 0 : Peek() >> (64 - bits);
        _at += bits;
        return value;
    }

    /// <summary>Counts ones up to a zero, which is passed, or up to <paramref name="most"/> of them (less than 57).</summary>
    public int ReadOnes(int most)
    {
        var ones = BitOperations.LeadingZeroCount(~Peek());
        if (ones >= most)
        {
            Read(most);
            return most;
        }
        Read(ones + 1);
        return ones;
    }

    public ulong ReadNumber()
    {
        const int MostLengthOfLength = 7;
        var lengthOfLength = ReadOnes(MostLengthOfLength + 1);
        if (lengthOfLength > MostLengthOfLength)
            throw new FormatException("A number has more than 64 bits.");
        var length = ReadWithoutLeadingOne(lengthOfLength);
        if (length > 64)
            throw new FormatException("A number has more than 64 bits.");
        return ReadWithoutLeadingOne((int)length);
    }

    private ulong ReadWithoutLeadingOne(int length) => length == 0 ? 0 : 1UL << (length - 1) | Read(length - 1);

    /// <summary>At least the next 57 bits, zeros beyond the end.</summary>
    private readonly ulong Peek()
    {
        var rest = _bytes[(_at >> 3)..];
        if (rest.Length >= sizeof(ulong))
            return BinaryPrimitives.ReadUInt64BigEndian(rest) << (_at & 7);
        ulong value = 0;
        for (var i = 0; i < rest.Length; i++)
            value |= (ulong)rest[i] << (56 - (8 * i));
        return value << (_at & 7);
    }
}
