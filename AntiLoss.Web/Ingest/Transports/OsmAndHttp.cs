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
        var isJson = context.Request.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true;
        IProtocol protocol = isJson ? Json : Query;
        // A post with the values in the query and an empty body is what Traccar Client 7 sends.
        var message = !isJson && context.Request.QueryString.Value is { Length: > 1 } query ? Encoding.UTF8.GetBytes(query) : body.Bytes;
        var decoded = body.IsTooLong ? new Decoded.Malformed("longer than a message may be") : protocol.Decode(message.Span);
        var proof = ProofOf(decoded, context.Request);
        await AppAnswers.WriteEmptyAsync(context, await reception.ReceiveAsync(protocol.Name, proof, decoded, origin, message));
    }

    /// <summary>By the message's own id, else by the query's: JSON may be posted to an address that holds it.</summary>
    private PhoneProof ProofOf(Decoded decoded, HttpRequest request)
    {
        var sender = (decoded as Decoded.Message)?.Sender ?? SenderOf(request);
        var dot = sender?.IndexOf('.', StringComparison.Ordinal) ?? -1;
        return dot < 0
            ? PhoneProof.Of(keys, "", sender)
            : PhoneProof.Of(keys, sender.AsSpan(dot + 1), sender.AsSpan(0, dot));
    }

    private static string? SenderOf(HttpRequest request) =>
        request.QueryString.HasValue ? request.Query["id"].FirstOrDefault() ?? request.Query["deviceid"].FirstOrDefault() : null;
}
