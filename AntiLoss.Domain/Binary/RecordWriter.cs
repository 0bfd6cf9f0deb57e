using System.Text;

namespace AntiLoss.Domain.Binary;

/// <summary>Writes the log's small integers: LEB128 varints, signed ones zig-zag.</summary>
public ref struct RecordWriter(Span<byte> output)
{
    private readonly Span<byte> _output = output;

    /// <summary>Bytes written so far.</summary>
    public int Length { get; private set; }

    public void Byte(byte value) => _output[Length++] = value;

    public void Unsigned(ulong value)
    {
        var at = Length;
        Varint.Write(_output, ref at, value);
        Length = at;
    }

    public void Signed(long value) => Unsigned(Varint.ZigZag(value));

    public void Utf8(ReadOnlySpan<char> text) => Length += Encoding.UTF8.GetBytes(text, _output[Length..]);
}
