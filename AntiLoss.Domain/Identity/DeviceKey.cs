using System.Globalization;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// A phone within its organization: the key of its grain (<c>7|01J…</c>) and of every row, entry and chunk about it.
/// Built here only, so that no id ever meets storage without its organization.
/// </summary>
[GenerateSerializer, Immutable, Alias("device-key")]
public readonly record struct DeviceKey(
    [property: Id(0)] OrganizationNumber Organization,
    [property: Id(1)] DeviceId Device)
{
    /// <summary>Bytes of <see cref="WriteTo"/>.</summary>
    public const int ByteLength = 20;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    public static DeviceKey Parse(string text)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        return bar > 0
            && uint.TryParse(text.AsSpan(0, bar), NumberStyles.None, CultureInfo.InvariantCulture, out var organization)
            && DeviceId.TryParse(text.AsSpan(bar + 1), out var device)
                ? new DeviceKey(new OrganizationNumber(organization), device)
                : throw new FormatException($"'{text}' is not organization|device.");
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote.</summary>
    public static DeviceKey FromBytes(ReadOnlySpan<byte> bytes) => new(
        new OrganizationNumber(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes)),
        DeviceId.FromBytes(bytes[4..]));

    /// <summary>Organization (4 bytes, big-endian), then the id's 16 bytes: sorts by organization.</summary>
    public void WriteTo(Span<byte> bytes)
    {
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, Organization.Value);
        Device.WriteTo(bytes[4..]);
    }

    public byte[] ToBytes()
    {
        var bytes = new byte[ByteLength];
        WriteTo(bytes);
        return bytes;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Organization.Value}|{Device}");
}
