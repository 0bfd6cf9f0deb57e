using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Identity;
using AntiLoss.Silo.Storage;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// The one-time link with which somebody who forgot a password sets another. A command leaves the link's digest in the
/// data folder, and the server that runs on it believes it: whoever may write there owns the installation anyway.
/// </summary>
internal sealed class PasswordLink(string dataFolder, TimeProvider time)
{
    public static readonly TimeSpan Age = TimeSpan.FromHours(1);

    private readonly string _file = Path.Combine(dataFolder, "password-link.json");

    /// <summary>Makes the link of an account, in place of any other; answers its path.</summary>
    /// <exception cref="StorageRefusedException">The data folder cannot be written.</exception>
    public string Make(string email)
    {
        try
        {
            return Write(email);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StorageRefusedException($"The link cannot be written to {Path.GetFullPath(_file)}: {exception.Message}", exception);
        }
    }

    /// <summary>The address of the account whose link has this token; null if none has, or the hour is over.</summary>
    public string? EmailOf(string token)
    {
        try
        {
            return JsonSerializer.Deserialize<Content>(File.ReadAllBytes(_file)) is { } content
                && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(content.TokenSha256), Encoding.ASCII.GetBytes(DigestOf(token)))
                && content.Until > time.GetUtcNow()
                    ? content.Email
                    : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Ends the link; after the password is set, so that a failure in between leaves it good.</summary>
    public void End() => File.Delete(_file);

    private string Write(string email)
    {
        var token = Base32.Encode(RandomNumberGenerator.GetBytes(20));
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(_file);
        using var file = new FileStream(_file, options);
        JsonSerializer.Serialize(file, new Content(SignIn.Normal(email), DigestOf(token), time.GetUtcNow() + Age));
        return "/recover?token=" + token;
    }

    private static string DigestOf(string token) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private sealed record Content(string Email, string TokenSha256, DateTimeOffset Until);
}
