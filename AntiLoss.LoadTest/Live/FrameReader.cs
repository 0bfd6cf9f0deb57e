using System.Buffers.Binary;
using System.Text;
using AntiLoss.Domain.Identity;

namespace AntiLoss.LoadTest.Live;

/// <summary>Reads the numbers and texts of a frame.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly bool AtEnd => _at >= _bytes.Length;

    public readonly int Length => _bytes.Length;

    public byte Byte() => _at < _bytes.Length ? _bytes[_at++] : throw new FormatException("The frame ends too early.");

    public long Varint()
    {
        var value = 0L;
        for (var shift = 0; shift < 56; shift += 7)
        {
            var next = Byte();
            value |= (long)(next & 127) << shift;
            if (next < 128)
                return value;
        }
        throw new FormatException("A number of more than 8 bytes.");
    }

    public long Zigzag()
    {
        var value = Varint();
        return value >> 1 ^ -(value & 1);
    }

    public FrameReader Section()
    {
        var length = Varint();
        if (length > _bytes.Length - _at)
            throw new FormatException("A section is longer than the frame.");
        _at += (int)length;
        return new FrameReader(_bytes.Slice(_at - (int)length, (int)length));
    }

    public readonly string Rest() => Encoding.UTF8.GetString(_bytes[_at..]);

    public string Text() => Section().Rest();

    public DeviceId Device()
    {
        if (_bytes.Length - _at < 16)
            throw new FormatException("The frame ends too early.");
        _at += 16;
        return new DeviceId(
            BinaryPrimitives.ReadUInt64BigEndian(_bytes[(_at - 16)..]), BinaryPrimitives.ReadUInt64BigEndian(_bytes[(_at - 8)..]));
    }
}
