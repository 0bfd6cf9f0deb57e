namespace AntiLoss.Domain.Binary;

/// <summary>Whole numbers in as few bytes as their size needs: seven bits a byte, the lowest first.</summary>
internal static class Varint
{
    /// <summary>Bytes that any number fits into.</summary>
    public const int MaxLength = 10;

    /// <summary>Small numbers of either sign become small numbers: 0, −1, 1, −2 … are 0, 1, 2, 3 …</summary>
    public static ulong ZigZag(long value) => (ulong)(value << 1 ^ value >> 63);

    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    public static void Write(Span<byte> bytes, ref int at, ulong value)
    {
        while (value >= 0x80)
        {
            bytes[at++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[at++] = (byte)value;
    }

    public static void WriteSigned(Span<byte> bytes, ref int at, long value) => Write(bytes, ref at, ZigZag(value));

    /// <summary>Reads what <see cref="Write"/> wrote; throws <see cref="FormatException"/> for anything longer.</summary>
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 7 * MaxLength; shift += 7)
        {
            if ((uint)at >= (uint)bytes.Length)
                throw new FormatException("A number is cut off.");
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new FormatException("A number has more than 64 bits.");
    }

    public static long ReadSigned(ReadOnlySpan<byte> bytes, ref int at) => UnZigZag(Read(bytes, ref at));
}
