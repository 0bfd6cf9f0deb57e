using System.Text;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>A phone that asks to enrol and holds the key that it names, its fields checked.</summary>
/// <param name="Imei">Canonical.</param>
/// <param name="Eid">Canonical.</param>
internal sealed record Applicant(string Code, byte[] PublicKey, AgentKind Kind, string Software, string? Imei, string? Eid, string? Serial, bool SilentUntilUnlocked)
{
    private const int LongestSoftware = 100;
    private const int LongestSerial = 40;

    /// <summary>Who asks, or what is wrong with the request.</summary>
    public static (Applicant? Applicant, AgentRefusal? Refusal) Read(EnrolRequest body, string code)
    {
        using var key = AgentSignature.ImportPublicKey(body.PublicKey);
        var imei = Domain.Identity.Imei.TryParse(body.Imei, out var read) ? read.Value : null;
        var eid = Domain.Identity.Eid.TryParse(body.Eid, out var card) ? card.Value : null;
        AgentRefusal? refusal = key is null ? Wrong("publicKey", "is no P-256 SubjectPublicKeyInfo")
            : !AgentSignature.Verify(key, SignedAs.Enrolment, Encoding.ASCII.GetBytes(code), body.Proof)
                ? new AgentRefusal(StatusCodes.Status401Unauthorized, "proof", "is not the key's signature over the code")
            : KindOf(body.Kind) is null ? Wrong("kind", "expected OemAgent, DeviceOwner or Managed")
            : !IsSoftware(body.Software) ? Wrong("software", $"expected name and version, at most {LongestSoftware} characters")
            : body.Imei is not null && imei is null ? Wrong("imei", "is no IMEI")
            : body.Eid is not null && eid is null ? Wrong("eid", "is no EID")
            : !IsSerial(body.Serial) ? Wrong("serial", $"expected letters, digits and hyphens, at most {LongestSerial}")
            : null;
        return refusal is null
            ? (new Applicant(code, body.PublicKey!, KindOf(body.Kind)!.Value, body.Software!, imei, eid, body.Serial, body.SilentUntilUnlocked), null)
            : (null, refusal);
    }

    private static AgentKind? KindOf(string? text) =>
        Enum.TryParse<AgentKind>(text, out var kind) && Enum.IsDefined(kind) && kind != AgentKind.TrackingApp ? kind : null;

    private static bool IsSoftware(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestSoftware && !text.Any(char.IsControl);

    private static bool IsSerial(string? text) =>
        text is null || (text.Length is > 0 and <= LongestSerial && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'));

    private static AgentRefusal Wrong(string field, string error) => new(StatusCodes.Status422UnprocessableEntity, field, error);
}
