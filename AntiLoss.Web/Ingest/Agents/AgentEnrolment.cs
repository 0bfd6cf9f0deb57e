using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
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
/// <param name="Eid">Of the eUICC, for a phone that has one.</param>
/// <param name="Serial">The maker's serial number: with a token, by IMEI or serial the phone is found in the list of the fleet's phones.</param>
public sealed record EnrolRequest(string? Code, byte[]? PublicKey, byte[]? Proof, string? Kind, string? Software, string? Imei = null, bool SilentUntilUnlocked = false, string? Serial = null, string? Eid = null);

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
    /// <summary>How long a phone may ask again that did not hear the answer: what it is given is secret.</summary>
    private static readonly TimeSpan RepeatWithin = TimeSpan.FromDays(1);

    private static readonly AgentRefusal NoCode = new(StatusCodes.Status401Unauthorized, "code", "is none of this server's, or has expired");

    public async Task<IResult> HandleAsync(EnrolRequest body, HttpContext context, CancellationToken cancellationToken)
    {
        if (addresses.WaitOf(PhoneOrigin.Of(context).Address) is { } seconds)
            return Answer(context, AgentRefusal.Limited(seconds));
        var organization = body.Code is { Length: <= 64 } token ? FleetTokens.OrganizationIn(token) : null;
        var code = body.Code is null || organization is not null ? null : EnrolmentCode.Read(masters, body.Code);
        if (organization is null && !(code?.ExpiresAt > time.GetUtcNow()))
            return Answer(context, NoCode);
        var (applicant, wrong) = Applicant.Read(body, body.Code!);
        if (applicant is null)
            return Answer(context, wrong!);
        if (organization is not { } joined)
            return await EnrolByCodeAsync(code!.Value, applicant, context, cancellationToken);
        return await JoinAsync(joined, applicant, context, cancellationToken)
            ?? await EnrolAsync(new EnrolmentCode(KeyOf(joined, applicant), 1, time.GetUtcNow(), masters.Current), applicant, context, cancellationToken);
    }

    private static DeviceKey KeyOf(OrganizationNumber organization, Applicant applicant) =>
        new(organization, FleetTokens.DeviceOf(organization, applicant.PublicKey));

    private async Task<IResult> EnrolByCodeAsync(EnrolmentCode code, Applicant applicant, HttpContext context, CancellationToken cancellationToken)
    {
        if (await holds.FindAsync(code.Device.Organization, applicant.Imei, applicant.Eid, except: code.Device.Device, cancellationToken) is not { } kept)
            return await EnrolAsync(code, applicant, context, cancellationToken);
        await holds.TellAsync(kept.Key, applicant.Software, cancellationToken);
        return Answer(context, new AgentRefusal(
            StatusCodes.Status403Forbidden, kept.Imei is not null && kept.Imei == applicant.Imei ? "imei" : "eid", "is that of a phone that is lost, wiped or written off"));
    }

    private async Task<IResult> EnrolAsync(EnrolmentCode code, Applicant applicant, HttpContext context, CancellationToken cancellationToken)
    {
        var enrolled = new AgentEnrolled(code.Enrolment, applicant.Kind, [.. applicant.PublicKey], applicant.Software)
        {
            Imei = applicant.Imei,
            Eid = applicant.Eid,
            SilentUntilUnlocked = applicant.SilentUntilUnlocked,
            MasterKey = code.MasterKey,
        };
        var answer = await shards.ShardOf(grains, code.Device.Device).ChangeAsync(code.Device, DeviceOperation.From(enrolled), cancellationToken);
        if (answer.Outcome != RequestOutcome.Taken)
            return Answer(context, AgentRefusal.Of(answer.Outcome));
        if (answer.Refusal is { } refusal)
        {
            await holds.TellAsync(code.Device, applicant.Software, cancellationToken);
            return Answer(context, new AgentRefusal(StatusCodes.Status403Forbidden, "code", refusal));
        }
        if (answer.View?.State.Guards?.Agent is not { } agent || agent.Enrolment != code.Enrolment || !agent.PublicKey.AsSpan().SequenceEqual(applicant.PublicKey)
            || time.GetUtcNow() - agent.EnrolledAt > RepeatWithin)
            return Answer(context, new AgentRefusal(StatusCodes.Status409Conflict, "code", "was used already"));
        using var serverKey = AgentKeys.ServerKey(masters, agent.MasterKey, code.Device.Organization)!;
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EnrolledAgent(
            code.Device.Organization.Value, code.Device.Device.ToString(), code.Enrolment, serverKey.ExportSubjectPublicKeyInfo(),
            AgentKeys.RecoverySecret(masters, agent.MasterKey, code.Device, code.Enrolment)!));
    }

    /// <summary>Makes the phone that shows a token, or says why it is not made.</summary>
    private async Task<IResult?> JoinAsync(OrganizationNumber organization, Applicant applicant, HttpContext context, CancellationToken cancellationToken)
    {
        // Numbers arrive in forged tokens too: only an organization that there is may wake a grain.
        if (await directory.FindAsync(organization, cancellationToken) is null)
            return Answer(context, NoCode);
        var device = KeyOf(organization, applicant);
        var kept = await holds.FindAsync(organization, applicant.Imei, applicant.Eid, except: device.Device, cancellationToken);
        var request = new JoinRequest(
            FleetTokens.HashOf(applicant.Code), Convert.ToHexString(SHA256.HashData(applicant.PublicKey)), applicant.Imei, applicant.Serial, applicant.Kind, applicant.Software)
        {
            Kept = kept is null ? null : kept.Retired ? Protection.Retired : kept.Protection,
        };
        var answer = await grains.GetGrain<IAdmissionsGrain>(organization.Value).JoinAsync(request, cancellationToken);
        switch (answer.Verdict)
        {
            case JoinVerdict.Joins:
                var made = new DeviceEnrolled(applicant.Serial ?? applicant.Imei ?? device.Device.ToString(), answer.Fleet, time.GetUtcNow()) { Imei = applicant.Imei };
                var outcome = (await shards.ShardOf(grains, device.Device).ChangeAsync(device, DeviceOperation.From(made), cancellationToken)).Outcome;
                return outcome == RequestOutcome.Taken ? null : Answer(context, AgentRefusal.Of(outcome));
            case JoinVerdict.Waits:
                if (kept is not null)
                    await holds.TellAsync(kept.Key, applicant.Software, cancellationToken);
                context.Response.Headers.RetryAfter = "60";
                return TypedResults.Accepted((string?)null, new EnrolmentWaits("operator"));
            case JoinVerdict.Refused:
                return Answer(context, new AgentRefusal(StatusCodes.Status403Forbidden, "code", "an operator has refused this phone"));
            case JoinVerdict.Crowded:
                return Answer(context, AgentRefusal.Of(RequestOutcome.Busy));
            default:
                return Answer(context, NoCode);
        }
    }

    /// <summary>Refuses; who was not let in is counted, and so is the address that it came from.</summary>
    private IResult Answer(HttpContext context, AgentRefusal refusal)
    {
        if (refusal.Status is StatusCodes.Status401Unauthorized or StatusCodes.Status403Forbidden or StatusCodes.Status409Conflict)
        {
            instruments.OnEnrolment(refusal.Field);
            addresses.Note(PhoneOrigin.Of(context).Address);
        }
        else if (refusal.Status == StatusCodes.Status429TooManyRequests)
        {
            instruments.OnEnrolment("limited");
        }
        return refusal.ToHttp(context);
    }
}
