using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.IO.Hashing;

namespace AntiLoss.Web.Live;

/// <summary>
/// A moment in a view that a viewer had seen everything up to. It holds all that resuming needs, so that the server
/// remembers nothing about a viewer who is gone.
/// </summary>
/// <param name="View">The view's incarnation: another one has other handles.</param>
/// <param name="Scope">Hash of the scope and limit that were in force.</param>
/// <param name="Seen">Number of the last change that was seen.</param>
internal readonly record struct ResumeToken(ulong View, uint Scope, long Seen)
{
    private const int ByteLength = 20;

    public static ResumeToken Of(OrganizationView view, ViewScope scope, int limit, long seen) =>
        new(view.Incarnation, HashOf(scope, limit), seen);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static ResumeToken? Parse(string? text)
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        if (text is null || text.Length != Base64Url.GetEncodedLength(ByteLength)
            || Base64Url.DecodeFromChars(text, bytes, out _, out var written) != OperationStatus.Done || written != ByteLength)
            return null;
        return new ResumeToken(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[12..]));
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteLength];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, View);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Scope);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[12..], Seen);
        return Base64Url.EncodeToString(bytes);
    }

    private static uint HashOf(ViewScope scope, int limit)
    {
        ReadOnlySpan<int> figures =
        [
            (int)XxHash32.HashToUInt32(System.Text.Encoding.ASCII.GetBytes(scope.Fleets.ToString())),
            scope.Viewport is null ? 0 : 1,
            scope.Viewport?.WestE6 ?? 0,
            scope.Viewport?.SouthE6 ?? 0,
            scope.Viewport?.EastE6 ?? 0,
            scope.Viewport?.NorthE6 ?? 0,
            limit,
        ];
        return XxHash32.HashToUInt32(System.Runtime.InteropServices.MemoryMarshal.AsBytes(figures));
    }
}
