using System.Text;

namespace AntiLoss.Domain.Reports;

/// <summary>Writes the log's small integers: LEB128 varints, signed ones zig-zag.</summary>
public ref struct RecordWriter(Span<byte> output)
{
    private readonly Span<byte> _output = output;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Byte(byte value) => _output[Length++] = value;

    public void Unsigned(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    public void Signed(long value) => Unsigned((ulong)(value << 1 ^ value >> 63));

    public void Utf8(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, _output[Length..]);
}
