using AntiLoss.Domain.Identity;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Protocols;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary><c>POST /ingest/owntracks</c>, and <c>/pub</c> as OwnTracks' own recorder has it. Basic authentication by device id and credential.</summary>
internal sealed class OwnTracksHttp(PhoneReception reception, Friends friends, AppOrders orders, MasterKeys keys, IOptions<LimitOptions> limits)
{
    private static readonly OwnTracksJson Protocol = new();

    public async Task HandleAsync(HttpContext context)
    {
        var proof = ProofOf(context.Request);
        var origin = PhoneOrigin.Of(context);
        using var body = await RequestBody.ReadAsync(context.Request, limits.Value.BodyBytes, context.RequestAborted);
        var secret = proof.Outcome == ProofOutcome.Proven ? SecretFor(proof.Credential, body.Bytes.Span) : null;
        var decoded = proof.Outcome != ProofOutcome.Proven ? Decoded.Message.Nothing
            : body.IsTooLong ? Decoded.Malformed.TooLong(body.Length)
            : Protocol.Decode(body.Bytes.Span, secret);
        var (answer, hasCommands) = await reception.ReceiveAsync(Protocol.Name, proof, decoded, origin, body.Bytes);
        var reply = answer == PhoneAnswer.Taken && proof.Outcome == ProofOutcome.Proven
            ? await ReplyAsync(proof.Credential.Device, hasCommands, secret, context.RequestAborted)
            : default;
        await AppAnswers.WriteJsonAsync(context, answer, reply);
    }

    /// <summary>Commands and friends, encrypted if the phone encrypts; empty if there are none.</summary>
    private async ValueTask<ReadOnlyMemory<byte>> ReplyAsync(DeviceKey device, bool hasCommands, string? secret, CancellationToken cancellationToken)
    {
        var wanted = hasCommands ? await orders.TakeAsync(device, cancellationToken) : [];
        var rows = await friends.OfAsync(device);
        return rows.IsEmpty && wanted.IsEmpty ? default
            : secret is null ? Friends.ToJson(rows, wanted)
            : OwnTracksJson.Encrypt(Friends.ToJson(rows, wanted).Span, secret);
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
