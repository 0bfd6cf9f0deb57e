using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// The one-time link with which whoever reads the server's console makes the first organization: good for an hour from
/// the start, and gone once it was used. A restart makes another.
/// </summary>
public sealed class SetupLink(TimeProvider time)
{
    public static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private volatile string? _token;
    private long _openedAt;

    /// <summary>The path to print (<c>/setup?token=…</c>); null if this installation has an owner, or the hour is over.</summary>
    public string? Path => Token is { } token ? "/setup?token=" + token : null;

    /// <summary>Whether a text is the link's token.</summary>
    public bool Accepts(string token) =>
        Token is { } expected && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(token), Encoding.UTF8.GetBytes(expected));

    internal void Open()
    {
        _openedAt = time.GetTimestamp();
        _token = Base32.Encode(RandomNumberGenerator.GetBytes(20));
    }

    internal void Close() => _token = null;

    private string? Token => _token is { } token && time.GetElapsedTime(_openedAt) < Age ? token : null;
}
