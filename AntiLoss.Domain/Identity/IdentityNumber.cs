using System.Security.Cryptography;
using System.Text;

namespace AntiLoss.Domain.Identity;

/// <summary>
/// The number of a person's or an organization's identity document, under which a line is registered. It is kept
/// nowhere and written nowhere: what stays of it is <see cref="Hash"/>.
/// </summary>
public readonly struct IdentityNumber
{
    /// <summary>Letters and digits that it has at least.</summary>
    public const int Shortest = 4;

    /// <summary>Letters and digits that it has at most.</summary>
    public const int Longest = 40;

    private readonly string _value;

    private IdentityNumber(string value) => _value = value;

    /// <summary>Reads a number; spaces and hyphens in it are left out, letters are upper-cased.</summary>
    public static bool TryParse(string? text, out IdentityNumber number)
    {
        var characters = CheckDigits.Unspaced(text ?? "").ToUpperInvariant();
        var valid = characters.Length is >= Shortest and <= Longest && characters.All(char.IsAsciiLetterOrDigit);
        number = valid ? new IdentityNumber(characters) : default;
        return valid;
    }

    /// <summary>
    /// HMAC-SHA-256 in hexadecimal, under a key of the organization's own: the same person is the same within it, and
    /// nobody can be looked up without the master keys or compared between organizations. Always by the oldest master
    /// key, so that a rotation makes no person a second one.
    /// </summary>
    public string Hash(MasterKeys keys, OrganizationNumber organization)
    {
        var secret = HKDF.DeriveKey(HashAlgorithmName.SHA256, keys.OrganizationKey(keys.Oldest, organization)!, 32, salt: [], "antiloss/sim/identity"u8.ToArray());
        return Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(_value)));
    }

    /// <summary>Nothing of the number.</summary>
    public override string ToString() => nameof(IdentityNumber);
}
