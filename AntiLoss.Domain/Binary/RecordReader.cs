using System.Text;

namespace AntiLoss.Domain.Binary;

/// <summary>Reads what <see cref="RecordWriter"/> wrote; bytes that end early or numbers too long throw <see cref="FormatException"/>.</summary>
public ref struct RecordReader(ReadOnlySpan<byte> input)
{
    private readonly ReadOnlySpan<byte> _input = input;

    /// <summary>Bytes read so far.</summary>
    public int Position { get; private set; }

    /// <summary>Everything that has not been read.</summary>
    public ReadOnlySpan<byte> Rest => _input[Position..];

    public byte Byte() => Position < _input.Length ? _input[Position++] : throw new FormatException("The record ends early.");

    public ulong Unsigned()
    {
        var at = Position;
        var value = Varint.Read(_input, ref at);
        Position = at;
        return value;
    }

    public long Signed() => Varint.UnZigZag(Unsigned());

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
