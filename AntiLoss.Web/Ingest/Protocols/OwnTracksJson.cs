using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using AntiLoss.Domain.Reports;

namespace AntiLoss.Web.Ingest.Protocols;

/// <summary>
/// OwnTracks: one JSON object or an array of them, each named by its <c>_type</c>; over HTTP and MQTT alike. Speeds are
/// km/h. The Android app leaves out every field that is zero, so of latitude and longitude one alone means that the
/// other is 0.
/// </summary>
public sealed class OwnTracksJson : IProtocol
{
    private const int MaxMessages = 10_000;

    public string Name => "owntracks";

    /// <summary>Whether a message may be encrypted, so that the phone's secret is needed; true for some that are not.</summary>
    public static bool MayBeEncrypted(ReadOnlySpan<byte> message) => message.IndexOf("encrypted"u8) >= 0;

    /// <summary>A message as the app decrypts it with the phone's secret.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret) =>
        System.Text.Encoding.ASCII.GetBytes($"{{\"_type\":\"encrypted\",\"data\":\"{Convert.ToBase64String(SecretBox.Seal(message, secret))}\"}}");

    public Decoded Decode(ReadOnlySpan<byte> message, ReadOnlySpan<char> secret = default)
    {
        // The app posts nothing at all when its user deletes a friend.
        if (message.IsEmpty)
            return Decoded.Message.Nothing;
        try
        {
            var reader = new Utf8JsonReader(message);
            _ = reader.Read();
            return reader.TokenType switch
            {
                JsonTokenType.StartObject => One(ref reader, message, secret),
                JsonTokenType.StartArray => Many(ref reader, message, secret),
                _ => new Decoded.Malformed("neither an object nor an array"),
            };
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            return new Decoded.Malformed("no JSON");
        }
    }

    private Decoded One(ref Utf8JsonReader reader, ReadOnlySpan<byte> message, ReadOnlySpan<char> secret)
    {
        var fields = OwnTracksFields.Read(ref reader);
        var end = (int)reader.BytesConsumed;
        // Anything but white space after the object throws here.
        _ = reader.Read();
        if (fields.Type == OwnTracksType.Encrypted)
            return Opened(message[..end], secret);
        var reason = Interpret(fields, message[..end], out var report);
        return reason is not null ? new Decoded.Malformed(reason)
            : report is null ? Decoded.Message.Nothing
            : new Decoded.Message([report], []);
    }

    private Decoded Many(ref Utf8JsonReader reader, ReadOnlySpan<byte> message, ReadOnlySpan<char> secret)
    {
        var reports = ImmutableArray.CreateBuilder<Report>();
        var unreadable = ImmutableArray.CreateBuilder<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reports.Count + unreadable.Count >= MaxMessages)
                return new Decoded.Malformed("too many messages in one array");
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                unreadable.Add("not an object");
                reader.Skip();
                continue;
            }
            var start = (int)reader.TokenStartIndex;
            var fields = OwnTracksFields.Read(ref reader);
            var json = message[start..(int)reader.BytesConsumed];
            if (fields.Type == OwnTracksType.Encrypted)
                Add(Opened(json, secret), reports, unreadable);
            else if (Interpret(fields, json, out var report) is { } reason)
                unreadable.Add(reason);
            else if (report is not null)
                reports.Add(report);
        }
        _ = reader.Read();
        return reports.Count == 0 && unreadable.Count == 0
            ? Decoded.Message.Nothing
            : new Decoded.Message(reports.DrainToImmutable(), unreadable.DrainToImmutable());
    }

    private static void Add(Decoded inner, ImmutableArray<Report>.Builder reports, ImmutableArray<string>.Builder unreadable)
    {
        switch (inner)
        {
            case Decoded.Message message:
                reports.AddRange(message.Reports);
                unreadable.AddRange(message.Unreadable);
                break;
            case Decoded.Malformed malformed:
                unreadable.Add(malformed.Reason);
                break;
        }
    }

    private Decoded Opened(ReadOnlySpan<byte> json, ReadOnlySpan<char> secret)
    {
        if (OwnTracksFields.SealedText(json) is not { } data)
            return new Decoded.Malformed("encrypted, without data");
        var box = ArrayPool<byte>.Shared.Rent(data.Length);
        try
        {
            if (Base64.DecodeFromUtf8(data, box, out _, out var length) != OperationStatus.Done || length < SecretBox.Overhead)
                return new Decoded.Malformed("encrypted, and its data is no base64 of a sealed message");
            var text = new byte[length - SecretBox.Overhead];
            // A sealed message within a sealed message is opened without a secret: one layer is all an app makes.
            return SecretBox.TryOpen(box.AsSpan(0, length), secret, text)
                ? Decode(text)
                : new Decoded.Malformed("encrypted, and not with this phone's secret");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(box);
        }
    }

    /// <summary>The report in one object; a reason if it cannot be read, and neither if it asks nothing of us.</summary>
    private static string? Interpret(in OwnTracksFields fields, ReadOnlySpan<byte> json, out Report? report)
    {
        report = null;
        if (fields.WrongField is { } field && fields.Type is OwnTracksType.Location or OwnTracksType.Transition)
            return $"{field} cannot be read";
        switch (fields.Type)
        {
            case OwnTracksType.Location:
                report = fields.ToLocation();
                return null;
            case OwnTracksType.Transition:
                report = OwnTracksEvents.Transition(fields, json);
                return report is null ? "a transition without enter or leave" : null;
            case OwnTracksType.Other:
                return "a _type that is not known";
            case OwnTracksType.None or OwnTracksType.Ignored:
                return null;
            default:
                report = OwnTracksEvents.Event(fields, json);
                return null;
        }
    }
}
