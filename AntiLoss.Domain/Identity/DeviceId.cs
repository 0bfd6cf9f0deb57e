using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.IO.Hashing;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// A phone's id: 16 bytes, a ULID (48 bits of milliseconds, 80 random bits), written as 26 characters of Crockford's
/// base 32 with the two leading zero bits that ULID prescribes. Read in either case, written in upper case.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-id")]
public readonly record struct DeviceId([property: Id(0)] ulong High, [property: Id(1)] ulong Low) : IComparable<DeviceId>
{
    private const int TextLength = 26;

    /// <summary>Makes an id from a time and 80 bits of randomness, both the caller's.</summary>
    public static DeviceId New(DateTimeOffset now, ReadOnlySpan<byte> random10)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, now.ToUnixTimeMilliseconds() << 16);
        random10[..10].CopyTo(bytes[6..]);
        return FromBytes(bytes);
    }

    public static DeviceId FromBytes(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));

    public void WriteTo(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt64BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Low);
    }

    /// <summary>
    /// Which of <paramref name="shards"/> slices of all phones this one lies in: XxHash64 (seed 0) of the 16 bytes,
    /// modulo the count. The vector in <c>docs/architecture.md</c> pins it: a change would orphan every stored phone.
    /// </summary>
    public int ShardOf(int shards)
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        return (int)(XxHash64.HashToUInt64(bytes) % (ulong)shards);
    }

    public static bool TryParse([NotNullWhen(true)] string? text, out DeviceId id) => TryParse(text.AsSpan(), out id);

    public static bool TryParse(ReadOnlySpan<char> text, out DeviceId id)
    {
        id = default;
        if (text.Length != TextLength)
            return false;
        UInt128 value = 0;
        foreach (var character in text)
        {
            var digit = Base32.ValueOf(character);
            // The first character of 26 carries two bits too many for 128.
            if (digit < 0 || value >> 123 != 0)
                return false;
            value = value << 5 | (uint)digit;
        }
        id = new DeviceId((ulong)(value >> 64), (ulong)value);
        return true;
    }

    public override string ToString()
    {
        Span<char> text = stackalloc char[TextLength];
        var value = new UInt128(High, Low);
        for (var i = TextLength - 1; i >= 0; i--)
        {
            text[i] = Base32.DigitOf((int)(value & 31));
            value >>= 5;
        }
        return new string(text);
    }

    public int CompareTo(DeviceId other) => High != other.High ? High.CompareTo(other.High) : Low.CompareTo(other.Low);

    public static bool operator <(DeviceId left, DeviceId right) => left.CompareTo(right) < 0;

    public static bool operator >(DeviceId left, DeviceId right) => left.CompareTo(right) > 0;

    public static bool operator <=(DeviceId left, DeviceId right) => left.CompareTo(right) <= 0;

    public static bool operator >=(DeviceId left, DeviceId right) => left.CompareTo(right) >= 0;
}
