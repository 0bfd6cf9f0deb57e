using System.Text;

namespace AntiLoss.Domain.Reports;

/// <summary>Reads what <see cref="RecordWriter"/> wrote; bytes that end early or numbers too long throw <see cref="FormatException"/>.</summary>
public ref struct RecordReader(ReadOnlySpan<byte> input)
{
    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    public byte Byte() => Position < _input.Length ? _input[Position++] : throw new FormatException("The record ends early.");

    public ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Byte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw new FormatException("A number of the record is too long.");
    }

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    /// <summary>The next <paramref name="length"/> bytes.</summary>
    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > _input.Length - Position)
            throw new FormatException("The record ends early.");
        var bytes = _input.Slice(Position, length);
        Position += length;
        return bytes;
    }

    /// <summary>A length and that many bytes of UTF-8.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes((int)Math.Min(Unsigned(), int.MaxValue)));
}
