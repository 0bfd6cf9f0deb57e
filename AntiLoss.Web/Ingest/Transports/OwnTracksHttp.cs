using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary><c>POST /ingest/owntracks</c>, and <c>/pub</c> as OwnTracks' own recorder has it. Basic authentication by device id and credential.</summary>
internal sealed class OwnTracksHttp(PhoneReception reception, MasterKeys keys, IOptions<LimitOptions> limits)
{
    private static readonly OwnTracksJson Protocol = new();

    public async Task HandleAsync(HttpContext context)
    {
        var proof = ProofOf(context.Request);
        var origin = PhoneOrigin.Of(context);
        using var body = await RequestBody.ReadAsync(context.Request, limits.Value.BodyBytes, context.RequestAborted);
        var decoded = proof.Outcome != ProofOutcome.Proven ? Decoded.Message.Nothing
            : body.IsTooLong ? new Decoded.Malformed("longer than a message may be")
            : Protocol.Decode(body.Bytes.Span, SecretFor(proof.Credential, body.Bytes.Span));
        var answer = await reception.ReceiveAsync(Protocol.Name, proof, decoded, origin, body.Bytes);
        await AppAnswers.WriteJsonAsync(context, answer);
    }

    private PhoneProof ProofOf(HttpRequest request)
    {
        var headers = request.Headers;
        string? authorization = headers.Authorization;
        string? device = headers["X-Limit-D"];
        string? user = headers["X-Limit-U"];
        return request.QueryString.HasValue
            ? PhoneProof.OfBasic(keys, authorization, device, user, request.Query["d"], request.Query["u"])
            : PhoneProof.OfBasic(keys, authorization, device, user);
    }

    private string? SecretFor(Credential credential, ReadOnlySpan<byte> message) =>
        OwnTracksJson.MayBeEncrypted(message) ? credential.OwnTracksSecret(keys) : null;
}
