using System.Security.Cryptography;
using AntiLoss.Grains.Fleets;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Accounts;

/// <summary>Hashes and checks passwords with ASP.NET Core Identity's hasher: PBKDF2-HMAC-SHA512, 220,000 rounds.</summary>
public sealed class Passwords
{
    public const int ShortestLength = 8;
    public const int LongestLength = 200;

    private const int Rounds = 220_000;

    private readonly PasswordHasher<Passwords> _hasher = new(Options.Create(new PasswordHasherOptions { IterationCount = Rounds }));
    private readonly string _nobodys;

    public Passwords() => _nobodys = Hash(Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    public string Hash(string password) => _hasher.HashPassword(this, password);

    /// <summary>Whether the account has that password. With no account, or one that has none yet, it takes as long, and says no.</summary>
    public bool Verify(Account? account, string password)
    {
        var hash = account is { PasswordHash.Length: > 0 } ? account.PasswordHash : null;
        return _hasher.VerifyHashedPassword(this, hash ?? _nobodys, password) != PasswordVerificationResult.Failed && hash is not null;
    }
}
