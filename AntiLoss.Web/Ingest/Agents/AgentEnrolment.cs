using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>A phone enrols.</summary>
/// <param name="Code">The one-time code.</param>
/// <param name="PublicKey">P-256, X.509 SubjectPublicKeyInfo, base64.</param>
/// <param name="Proof">The key's signature over the code, base64.</param>
/// <param name="Kind">OemAgent, DeviceOwner or Managed.</param>
/// <param name="Software">Name and version, at most 100 characters.</param>
public sealed record EnrolRequest(string? Code, byte[]? PublicKey, byte[]? Proof, string? Kind, string? Software, string? Imei = null, bool SilentUntilUnlocked = false);

/// <summary>What an enrolled phone keeps.</summary>
/// <param name="ServerKey">P-256, X.509 SubjectPublicKeyInfo, base64: it signs every command.</param>
/// <param name="RecoverySecret">32 bytes, base64; kept by the phone alone.</param>
public sealed record EnrolledAgent(uint Organization, string Device, int Enrolment, byte[] ServerKey, byte[] RecoverySecret);

/// <summary><c>POST /agent/v1/enrol</c>. The same phone may ask again with its code: it may not have heard the answer.</summary>
internal sealed class AgentEnrolment(IGrainFactory grains, ShardMap shards, MasterKeys masters, AgentInstruments instruments, TimeProvider time)
{
    private const int LongestSoftware = 100;

    public async Task<IResult> HandleAsync(EnrolRequest body, HttpContext context, CancellationToken cancellationToken)
    {
        if (body.Code is not { } text || EnrolmentCode.Read(masters, text) is not { } code || code.ExpiresAt <= time.GetUtcNow())
            return Refuse(StatusCodes.Status401Unauthorized, "code", "is none of this server's, or has expired");
        using var key = AgentSignature.ImportPublicKey(body.PublicKey);
        if (key is null)
            return AgentProblems.Of(StatusCodes.Status422UnprocessableEntity, "publicKey", "is no P-256 SubjectPublicKeyInfo");
        if (!AgentSignature.Verify(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(text), body.Proof))
            return Refuse(StatusCodes.Status401Unauthorized, "proof", "is not the key's signature over the code");
        if (!Enum.TryParse<AgentKind>(body.Kind, out var kind) || !Enum.IsDefined(kind) || kind == AgentKind.TrackingApp)
            return AgentProblems.Of(StatusCodes.Status422UnprocessableEntity, "kind", "expected OemAgent, DeviceOwner or Managed");
        if (string.IsNullOrWhiteSpace(body.Software) || body.Software.Length > LongestSoftware || body.Software.Any(char.IsControl))
            return AgentProblems.Of(StatusCodes.Status422UnprocessableEntity, "software", $"expected name and version, at most {LongestSoftware} characters");
        if (body.Imei is not null && !Imei.TryParse(body.Imei, out _))
            return AgentProblems.Of(StatusCodes.Status422UnprocessableEntity, "imei", "is no IMEI");

        var enrolled = new AgentEnrolled(code.Enrolment, kind, [.. body.PublicKey!], body.Software)
        {
            Imei = body.Imei,
            SilentUntilUnlocked = body.SilentUntilUnlocked,
            MasterKey = code.MasterKey,
        };
        var answer = await shards.ShardOf(grains, code.Device.Device).ChangeAsync(code.Device, DeviceOperation.From(enrolled), cancellationToken);
        if (answer.Outcome != RequestOutcome.Taken)
            return AgentProblems.Of(context, answer.Outcome);
        if (answer.Refusal is { } refusal)
            return Refuse(StatusCodes.Status403Forbidden, "code", refusal);
        if (answer.View?.State.Guards?.Agent is not { } agent || agent.Enrolment != code.Enrolment || !agent.PublicKey.AsSpan().SequenceEqual(body.PublicKey))
            return Refuse(StatusCodes.Status409Conflict, "code", "was used already");
        using var serverKey = AgentKeys.ServerKey(masters, code.MasterKey, code.Device.Organization)!;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EnrolledAgent(
            code.Device.Organization.Value, code.Device.Device.ToString(), code.Enrolment, serverKey.ExportSubjectPublicKeyInfo(),
            AgentKeys.RecoverySecret(masters, code.MasterKey, code.Device, code.Enrolment)!));
    }

    private IResult Refuse(int status, string field, string error)
    {
        instruments.OnEnrolment(field);
        return AgentProblems.Of(status, field, error);
    }
}
