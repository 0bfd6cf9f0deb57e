using System.Buffers.Text;
using System.Text;

namespace AntiLoss.LoadTest.Load;

/// <summary>
/// Reads an HTTP/1.1 answer out of the bytes received so far. A load generator that shares two cores with the server it
/// measures cannot afford a client library; it needs the status and where the answer ends, and no more.
/// </summary>
public static class HttpAnswer
{
    /// <summary>Whether the bytes hold a whole answer; then its status and its length, head and body.</summary>
    /// <exception cref="FormatException">These bytes are no HTTP/1.1 answer of known length.</exception>
    public static bool TryRead(ReadOnlySpan<byte> received, out int status, out int length)
    {
        status = 0;
        length = 0;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;
        var head = received[..end];
        status = Status(head);
        var body = received[(end + 4)..];
        if (Field(head, "transfer-encoding"u8) is { IsEmpty: false } coding)
        {
            if (!Ascii.EqualsIgnoreCase(coding, "chunked"u8))
                throw new FormatException($"Unknown transfer encoding '{Encoding.ASCII.GetString(coding)}'.");
            return TryMeasureChunks(body, out var chunks) && Done(end + 4 + chunks, out length);
        }
        var size = status == 204 ? 0 : ContentLength(head);
        return body.Length >= size && Done(end + 4 + size, out length);
    }

    private static bool Done(int total, out int length)
    {
        length = total;
        return true;
    }

    private static int Status(ReadOnlySpan<byte> head) =>
        head.StartsWith("HTTP/1.1 "u8) && Utf8Parser.TryParse(head[9..], out int status, out var digits) && digits == 3
            ? status
            : throw new FormatException("Not an HTTP/1.1 answer.");

    private static int ContentLength(ReadOnlySpan<byte> head) =>
        Utf8Parser.TryParse(Field(head, "content-length"u8), out int length, out _) && length >= 0
            ? length
            : throw new FormatException("The answer does not say where it ends.");

    // The value of a header field, without the blanks around it; empty if there is none.
    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        while (head.IndexOf("\r\n"u8) is >= 0 and var lineEnd)
        {
            head = head[(lineEnd + 2)..];
            if (head.Length <= name.Length || head[name.Length] != ':' || !Ascii.EqualsIgnoreCase(head[..name.Length], name))
                continue;
            var rest = head[(name.Length + 1)..];
            var end = rest.IndexOf("\r\n"u8);
            return (end < 0 ? rest : rest[..end]).Trim(" \t"u8);
        }
        return [];
    }

    private static bool TryMeasureChunks(ReadOnlySpan<byte> body, out int length)
    {
        length = 0;
        while (true)
        {
            var lineEnd = body[length..].IndexOf("\r\n"u8);
            if (lineEnd < 0)
                return false;
            if (!Utf8Parser.TryParse(body[length..], out int size, out _, 'x') || size < 0)
                throw new FormatException("A chunk without a size.");
            // The chunk's line, its bytes and the line end after them; the last chunk is empty and has no trailers here.
            length += lineEnd + 2 + size + 2;
            if (length > body.Length)
                return false;
            if (size == 0)
                return true;
        }
    }
}
