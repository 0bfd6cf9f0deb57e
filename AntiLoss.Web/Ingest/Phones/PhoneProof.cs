using System.Text;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>Whether a message proves the phone it names.</summary>
internal enum ProofOutcome
{
    /// <summary>The credential's MAC held: this is the phone, if its version is still current.</summary>
    Proven,

    /// <summary>An id and a credential by their forms, and the MAC failed.</summary>
    WrongPassword,

    /// <summary>No id, or nothing that could be a credential of ours.</summary>
    Unknown,
}

/// <summary>The id and the credential that came with a message.</summary>
/// <param name="Named">What it calls itself: the id if it is one, else its own word; for the quarantine.</param>
internal readonly record struct PhoneProof(ProofOutcome Outcome, Credential Credential, string Named)
{
    private const int MaxBasicLength = 512;
    private const int MaxNameLength = 64;

    /// <summary>Whether the phone has had a newer credential since, or none any more; a row may be older than the credential.</summary>
    public bool IsRevokedIn(DeviceRow row) => row.Retired || row.CredentialVersion > Credential.Version;

    /// <summary>Checks a credential against the first of some names that is an id.</summary>
    public static PhoneProof Of(MasterKeys keys, ReadOnlySpan<char> password, ReadOnlySpan<char> user, params ReadOnlySpan<string?> otherNames)
    {
        if (!DeviceId.TryParse(user, out var device) && !TryFind(otherNames, out device))
            return new(ProofOutcome.Unknown, default, Printable(user));
        if (Credential.TryVerify(keys, device, password, out var credential))
            return new(ProofOutcome.Proven, credential, "");
        return new(Credential.IsWellFormed(password) ? ProofOutcome.WrongPassword : ProofOutcome.Unknown, default, device.ToString());
    }

    /// <summary>Checks an <c>Authorization: Basic</c> header.</summary>
    public static PhoneProof OfBasic(MasterKeys keys, string? authorization, params ReadOnlySpan<string?> otherNames)
    {
        const string Scheme = "Basic ";
        Span<char> characters = stackalloc char[MaxBasicLength];
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            || !TryDecode(authorization.AsSpan(Scheme.Length).Trim(), characters, out var length))
            return Of(keys, "", "", otherNames);
        var pair = characters[..length];
        var colon = pair.IndexOf(':');
        return colon < 0 ? Of(keys, "", pair, otherNames) : Of(keys, pair[(colon + 1)..], pair[..colon], otherNames);
    }

    private static bool TryFind(ReadOnlySpan<string?> names, out DeviceId device)
    {
        foreach (var name in names)
        {
            if (DeviceId.TryParse(name, out device))
                return true;
        }
        device = default;
        return false;
    }

    private static bool TryDecode(ReadOnlySpan<char> base64, Span<char> characters, out int length)
    {
        length = 0;
        Span<byte> bytes = stackalloc byte[MaxBasicLength];
        return base64.Length <= MaxBasicLength
            && Convert.TryFromBase64Chars(base64, bytes, out var written)
            && Encoding.UTF8.TryGetChars(bytes[..written], characters, out length);
    }

    private static string Printable(ReadOnlySpan<char> name)
    {
        Span<char> printable = stackalloc char[Math.Min(name.Length, MaxNameLength)];
        for (var i = 0; i < printable.Length; i++)
            printable[i] = char.IsControl(name[i]) || char.IsSurrogate(name[i]) ? '?' : name[i];
        return new string(printable);
    }
}
