using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Admissions;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Ingest.Phones;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>A phone enrols.</summary>
/// <param name="Code">The one-time code, or a fleet's enrolment token.</param>
/// <param name="PublicKey">P-256, X.509 SubjectPublicKeyInfo, base64.</param>
/// <param name="Proof">The key's signature over the code, base64.</param>
/// <param name="Kind">OemAgent, DeviceOwner or Managed.</param>
/// <param name="Software">Name and version, at most 100 characters.</param>
/// <param name="Serial">The maker's serial number: with a token, by IMEI or serial the phone is found in the list of the fleet's phones.</param>
public sealed record EnrolRequest(string? Code, byte[]? PublicKey, byte[]? Proof, string? Kind, string? Software, string? Imei = null, bool SilentUntilUnlocked = false, string? Serial = null);

/// <summary>What an enrolled phone keeps.</summary>
/// <param name="ServerKey">P-256, X.509 SubjectPublicKeyInfo, base64: it signs every command.</param>
/// <param name="RecoverySecret">32 bytes, base64; kept by the phone alone.</param>
public sealed record EnrolledAgent(uint Organization, string Device, int Enrolment, byte[] ServerKey, byte[] RecoverySecret);

/// <summary>The phone waits until an operator has admitted it, and asks again with the same request.</summary>
/// <param name="WaitsFor">operator.</param>
public sealed record EnrolmentWaits(string WaitsFor);

/// <summary><c>POST /agent/v1/enrol</c>. The same phone may ask again with its code: it may not have heard the answer.</summary>
internal sealed class AgentEnrolment(
    IGrainFactory grains, ShardMap shards, MasterKeys masters, OrganizationDirectory directory, EnrolmentHolds holds, AgentInstruments instruments, AddressLimit addresses, TimeProvider time)
{
    private const int LongestSoftware = 100;
    private const int LongestSerial = 40;
    private const string NoCode = "is none of this server's, or has expired";

    /// <summary>How long a phone may ask again that did not hear the answer: what it is given is secret.</summary>
    private static readonly TimeSpan RepeatWithin = TimeSpan.FromDays(1);

    public async Task<IResult> HandleAsync(EnrolRequest body, HttpContext context, CancellationToken cancellationToken)
    {
        if (addresses.WaitOf(PhoneOrigin.Of(context).Address) is { } seconds)
        {
            instruments.OnEnrolment("limited");
            return AgentRefusal.Limited(seconds).ToHttp(context);
        }
        var joined = body.Code is { Length: <= 64 } token ? FleetTokens.OrganizationIn(token) : null;
        var read = body.Code is null || joined is not null ? null : EnrolmentCode.Read(masters, body.Code);
        if (body.Code is not { } text || (joined is null && !(read?.ExpiresAt > time.GetUtcNow())))
            return Refuse(context, StatusCodes.Status401Unauthorized, "code", NoCode);
        using var key = AgentSignature.ImportPublicKey(body.PublicKey);
        if (key is null)
            return Wrong(context, "publicKey", "is no P-256 SubjectPublicKeyInfo");
        if (!AgentSignature.Verify(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(text), body.Proof))
            return Refuse(context, StatusCodes.Status401Unauthorized, "proof", "is not the key's signature over the code");
        if (!Enum.TryParse<AgentKind>(body.Kind, out var kind) || !Enum.IsDefined(kind) || kind == AgentKind.TrackingApp)
            return Wrong(context, "kind", "expected OemAgent, DeviceOwner or Managed");
        if (string.IsNullOrWhiteSpace(body.Software) || body.Software.Length > LongestSoftware || body.Software.Any(char.IsControl))
            return Wrong(context, "software", $"expected name and version, at most {LongestSoftware} characters");
        var imei = Imei.TryParse(body.Imei, out var parsed) ? parsed.Value : null;
        if (body.Imei is not null && imei is null)
            return Wrong(context, "imei", "is no IMEI");
        if (body.Serial is { } serial && (serial.Length is 0 or > LongestSerial || !serial.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-')))
            return Wrong(context, "serial", $"expected letters, digits and hyphens, at most {LongestSerial}");
        if (joined is { } organization && await JoinAsync(organization, body, imei, kind, context, cancellationToken) is { } refused)
            return refused;
        var code = read ?? new EnrolmentCode(new DeviceKey(joined!.Value, FleetTokens.DeviceOf(joined.Value, body.PublicKey!)), 1, time.GetUtcNow(), masters.Current);

        if (read is not null && await holds.FindAsync(code.Device.Organization, imei, except: code.Device.Device, cancellationToken) is { } held)
        {
            await holds.TellAsync(held.Key, body.Software, cancellationToken);
            return Refuse(context, StatusCodes.Status403Forbidden, "imei", "is that of a phone that is lost, wiped or retired");
        }
        var enrolled = new AgentEnrolled(code.Enrolment, kind, [.. body.PublicKey!], body.Software)
        {
            Imei = imei,
            SilentUntilUnlocked = body.SilentUntilUnlocked,
            MasterKey = code.MasterKey,
        };
        var answer = await shards.ShardOf(grains, code.Device.Device).ChangeAsync(code.Device, DeviceOperation.From(enrolled), cancellationToken);
        if (answer.Outcome != RequestOutcome.Taken)
            return AgentRefusal.Of(answer.Outcome).ToHttp(context);
        if (answer.Refusal is { } refusal)
        {
            await holds.TellAsync(code.Device, body.Software, cancellationToken);
            return Refuse(context, StatusCodes.Status403Forbidden, "code", refusal);
        }
        if (answer.View?.State.Guards?.Agent is not { } agent || agent.Enrolment != code.Enrolment || !agent.PublicKey.AsSpan().SequenceEqual(body.PublicKey)
            || time.GetUtcNow() - agent.EnrolledAt > RepeatWithin)
            return Refuse(context, StatusCodes.Status409Conflict, "code", "was used already");
        using var serverKey = AgentKeys.ServerKey(masters, agent.MasterKey, code.Device.Organization)!;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EnrolledAgent(
            code.Device.Organization.Value, code.Device.Device.ToString(), code.Enrolment, serverKey.ExportSubjectPublicKeyInfo(),
            AgentKeys.RecoverySecret(masters, agent.MasterKey, code.Device, code.Enrolment)!));
    }

    /// <summary>Makes the phone that shows a token, or says why it is not made.</summary>
    private async Task<IResult?> JoinAsync(OrganizationNumber organization, EnrolRequest body, string? imei, AgentKind kind, HttpContext context, CancellationToken cancellationToken)
    {
        // Numbers arrive in forged tokens too: only an organization that there is may wake a grain.
        if (await directory.FindAsync(organization, cancellationToken) is null)
            return Refuse(context, StatusCodes.Status401Unauthorized, "code", NoCode);
        var own = FleetTokens.DeviceOf(organization, body.PublicKey!);
        var kept = await holds.FindAsync(organization, imei, except: own, cancellationToken);
        var request = new JoinRequest(FleetTokens.HashOf(body.Code!), Convert.ToHexString(SHA256.HashData(body.PublicKey!)), imei, body.Serial, kind, body.Software!)
        {
            Kept = kept is null ? null : EnrolmentHolds.ProtectionOf(kept),
        };
        var answer = await grains.GetGrain<IAdmissionsGrain>(organization.Value).JoinAsync(request, cancellationToken);
        switch (answer.Verdict)
        {
            case JoinVerdict.Joins:
                var device = new DeviceKey(organization, own);
                var made = await shards.ShardOf(grains, device.Device).ChangeAsync(
                    device,
                    DeviceOperation.From(new DeviceEnrolled(body.Serial ?? imei ?? device.Device.ToString(), answer.Fleet, time.GetUtcNow()) { Imei = imei }),
                    cancellationToken);
                return made.Outcome == RequestOutcome.Taken ? null : AgentRefusal.Of(made.Outcome).ToHttp(context);
            case JoinVerdict.Waits:
                if (kept is not null)
                    await holds.TellAsync(kept.Key, body.Software!, cancellationToken);
                context.Response.Headers.RetryAfter = "60";
                return TypedResults.Accepted((string?)null, new EnrolmentWaits("operator"));
            case JoinVerdict.Refused:
                return Refuse(context, StatusCodes.Status403Forbidden, "code", "an operator has refused this phone");
            case JoinVerdict.Crowded:
                return AgentRefusal.Of(RequestOutcome.Busy).ToHttp(context);
            default:
                return Refuse(context, StatusCodes.Status401Unauthorized, "code", NoCode);
        }
    }

    private IResult Refuse(HttpContext context, int status, string field, string error)
    {
        instruments.OnEnrolment(field);
        addresses.Note(PhoneOrigin.Of(context).Address);
        return new AgentRefusal(status, field, error).ToHttp(context);
    }

    private static IResult Wrong(HttpContext context, string field, string error) =>
        new AgentRefusal(StatusCodes.Status422UnprocessableEntity, field, error).ToHttp(context);
}
