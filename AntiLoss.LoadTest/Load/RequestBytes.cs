using System.Buffers.Text;
using System.Text;

namespace AntiLoss.LoadTest.Load;

/// <summary>
/// The bytes of a phone's OwnTracks request, made once; only digits change from report to report, and every number keeps
/// its count of digits.
/// </summary>
public sealed class RequestBytes
{
    private const string Message =
        "{\"_type\":\"location\",\"tid\":\"lt\",\"tst\":1700000000,\"created_at\":1700000000,\"lat\":48.000000,\"lon\":11.000000," +
        "\"acc\":12,\"alt\":519,\"vel\":28,\"cog\":200,\"batt\":80,\"bs\":1,\"conn\":\"m\",\"m\":2}";

    private static readonly int FixedAt = Message.IndexOf("\"tst\":", StringComparison.Ordinal) + 6;
    private static readonly int CreatedAt = Message.IndexOf("\"created_at\":", StringComparison.Ordinal) + 13;
    private static readonly int Latitude = Message.IndexOf("\"lat\":", StringComparison.Ordinal) + 6;
    private static readonly int Longitude = Message.IndexOf("\"lon\":", StringComparison.Ordinal) + 6;

    private readonly byte[] _body;
    private readonly byte[] _tail;
    private readonly int _batch;

    /// <param name="batch">Messages in a request: one object, or an array of several.</param>
    public RequestBytes(int batch)
    {
        _batch = batch;
        var messages = string.Join(',', Enumerable.Repeat(Message, batch));
        _body = Encoding.ASCII.GetBytes(batch == 1 ? messages : $"[{messages}]");
        _tail = Encoding.ASCII.GetBytes($"Content-Type: application/json; charset=utf-8\r\nContent-Length: {_body.Length}\r\n\r\n");
    }

    /// <summary>Room that any phone's request fits into.</summary>
    public int Room => 512 + _tail.Length + _body.Length;

    /// <summary>What comes before the body for one phone, down to its credential.</summary>
    public static byte[] HeadOf(Uri url, string deviceId, string credential)
    {
        var basic = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{deviceId}:{credential}"));
        return Encoding.ASCII.GetBytes(
            $"POST /ingest/owntracks HTTP/1.1\r\nHost: {url.Authority}\r\nAuthorization: Basic {basic}\r\n" +
            "User-Agent: Owntracks-Android/gms/420505000\r\nX-Limit-U: load\r\nX-Limit-D: test\r\n");
    }

    /// <summary>
    /// Writes one request: reports <paramref name="first"/> and on of a phone, the last of them fixed at
    /// <paramref name="nowS"/> and each a second after the one before; answers its length.
    /// </summary>
    public int Write(Span<byte> target, ReadOnlySpan<byte> head, int phone, int first, int nowS)
    {
        head.CopyTo(target);
        _tail.CopyTo(target[head.Length..]);
        var body = target[(head.Length + _tail.Length)..];
        _body.CopyTo(body);
        for (var i = 0; i < _batch; i++)
        {
            var message = body[((_batch == 1 ? 0 : 1) + i * (Message.Length + 1))..];
            var (latitude, longitude) = ReportPlan.PlaceOf(phone, first + i);
            WriteDigits(message[FixedAt..], nowS - (_batch - 1 - i));
            WriteDigits(message[CreatedAt..], nowS);
            WriteDegrees(message[Latitude..], latitude);
            WriteDegrees(message[Longitude..], longitude);
        }
        return head.Length + _tail.Length + _body.Length;
    }

    private static void WriteDigits(Span<byte> target, int value) => Utf8Formatter.TryFormat(value, target, out _);

    // Two digits, a point that is there already, six digits.
    private static void WriteDegrees(Span<byte> target, int e6)
    {
        Utf8Formatter.TryFormat(e6 / 1_000_000, target, out _);
        Utf8Formatter.TryFormat(e6 % 1_000_000, target[3..], out _, new('D', 6));
    }
}
