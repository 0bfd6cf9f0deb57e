using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>
/// <c>GET|POST /ingest/osmand</c>, and any path of OsmAnd's own port: the query, or a form, or JSON, with
/// <c>id=&lt;device&gt;.&lt;credential&gt;</c> in it.
/// </summary>
internal sealed class OsmAndHttp(PhoneReception reception, MasterKeys keys, IOptions<LimitOptions> limits)
{
    private static readonly OsmAndQuery Query = new();
    private static readonly TraccarJson Json = new();

    public async Task HandleAsync(HttpContext context)
    {
        var origin = PhoneOrigin.Of(context) with { DropsWhatIsRefused = false };
        using var body = await RequestBody.ReadAsync(context.Request, limits.Value.BodyBytes, context.RequestAborted);
        // A client may name a type for a body that it does not send: then the query is the message.
        var isJson = (body.Bytes.Length > 0 || body.IsTooLong)
            && context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        IProtocol protocol = isJson ? Json : Query;
        // A post with the values in the query and an empty body is what Traccar Client 7 sends.
        var message = !isJson && context.Request.QueryString.Value is { Length: > 1 } query ? Encoding.UTF8.GetBytes(query) : body.Bytes;
        var decoded = body.IsTooLong ? Decoded.Malformed.TooLong(body.Length) : protocol.Decode(message.Span);
        // By the message's own id, else by the query's: JSON may be posted to an address that holds it.
        var sender = (decoded as Decoded.Message)?.Sender ?? SenderOf(context.Request);
        var proof = ProofOf(sender);
        var received = await reception.ReceiveAsync(protocol.Name, proof, decoded, origin, WithoutCredential(message, sender));
        await AppAnswers.WriteEmptyAsync(context, received.Answer);
    }

    /// <summary>A message that is kept because it can't be read must not carry the phone's key to whoever reads it.</summary>
    private static ReadOnlyMemory<byte> WithoutCredential(ReadOnlyMemory<byte> message, string? sender)
    {
        var dot = sender?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        if (dot < 0 || dot == sender!.Length - 1)
            return message;
        var credential = Encoding.UTF8.GetBytes(sender[(dot + 1)..]);
        byte[]? masked = null;
        for (var at = message.Span.IndexOf(credential); at >= 0; at = masked.AsSpan().IndexOf(credential))
        {
            masked ??= message.ToArray();
            masked.AsSpan(at, credential.Length).Fill((byte)'*');
        }
        return masked ?? message;
    }

    private PhoneProof ProofOf(string? sender)
    {
        var dot = sender?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot < 0
            ? PhoneProof.Of(keys, "", sender)
            : PhoneProof.Of(keys, sender.AsSpan(dot + 1), sender.AsSpan(0, dot));
    }

    private static string? SenderOf(HttpRequest request) =>
        request.QueryString.HasValue ? request.Query["id"].FirstOrDefault() ?? request.Query["deviceid"].FirstOrDefault() : null;
}
