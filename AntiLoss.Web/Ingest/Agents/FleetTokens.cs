using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>Tokens with which many phones enrol: <c>at_&lt;organization&gt;_&lt;32 characters of base 32&gt;</c>, 160 random bits. They open nothing else.</summary>
internal static class FleetTokens
{
    private const string Prefix = "at_";

    public static string New(OrganizationNumber organization) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{organization.Value}_{Base32.Encode(RandomNumberGenerator.GetBytes(20))}");

    /// <summary>What is kept of a token: it is random, so that no slow hash need protect it.</summary>
    public static string HashOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    /// <summary>The organization that a text names if it has a token's form; null otherwise.</summary>
    public static OrganizationNumber? OrganizationIn(string text) =>
        text.StartsWith(Prefix, StringComparison.Ordinal) && text.Split('_') is [_, var number, { Length: 32 }]
        && uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var organization) && organization > 0
            ? new OrganizationNumber(organization)
            : null;

    /// <summary>The phone that a key makes in an organization: the same key is the same phone, however often it asks.</summary>
    public static DeviceId DeviceOf(OrganizationNumber organization, byte[] publicKey) =>
        DeviceId.FromBytes(SHA256.HashData([.. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"antiloss/joined/{organization.Value}/")), .. publicKey]));
}
