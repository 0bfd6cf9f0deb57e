using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// API keys: <c>al_&lt;organization&gt;_&lt;32 characters of base 32&gt;</c>, 160 random bits. Only their hash is kept. A key
/// of another form can only come from the set-up's settings and belongs to the first organization.
/// </summary>
public sealed partial class ApiKeys(
    OrganizationDirectory directory, IGrainFactory grains, TimeProvider time, ILogger<ApiKeys> logger)
{
    /// <summary>How exactly the last use of a key is known: finer would write the organization on every request.</summary>
    public static readonly TimeSpan UseResolution = TimeSpan.FromMinutes(1);

    private static readonly OrganizationNumber _first = new(1);

    private readonly ConcurrentDictionary<(OrganizationNumber Organization, int Key), long> _noted = new();

    /// <summary>A new key of an organization: shown once, its hash kept.</summary>
    public static string New(OrganizationNumber organization) =>
        string.Create(CultureInfo.InvariantCulture, $"al_{organization.Value}_{Base32.Encode(RandomNumberGenerator.GetBytes(20))}");

    /// <summary>What is kept of a key: it is random, so that no slow hash need protect it.</summary>
    public static string HashOf(string key) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The caller that a key speaks for; null if it is no key of ours.</summary>
    public async ValueTask<Caller?> FindAsync(string key, CancellationToken cancellationToken = default)
    {
        var hash = HashOf(key);
        var named = NamedIn(key);
        return await FindAsync(named ?? _first, hash, cancellationToken)
            ?? (named is null || named == _first ? null : await FindAsync(_first, hash, cancellationToken));
    }

    private async ValueTask<Caller?> FindAsync(OrganizationNumber number, string hash, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(number, cancellationToken) is not { } organization)
            return null;
        if (organization.ApiKeys.FirstOrDefault(key => key.Hash == hash) is not { } found)
            return null;
        NoteUse(number, found);
        return CallerOf(number, found);
    }

    /// <summary>The caller that a key of an organization is.</summary>
    internal static Caller CallerOf(OrganizationNumber organization, ApiKey key) =>
        new(organization, string.Create(CultureInfo.InvariantCulture, $"key-{key.Number}"), key.Name, IsInstallationOwner: false) { Rights = key.Grant.Rights, Fleets = key.Grant.Scope };

    private void NoteUse(OrganizationNumber organization, ApiKey key)
    {
        var now = time.GetTimestamp();
        var isNoted = _noted.TryGetValue((organization, key.Number), out var before);
        if (isNoted && time.GetElapsedTime(before, now) < UseResolution)
            return;
        // Whoever wins notes it, and no request waits for it: keys must work while nothing can be written.
        if (isNoted ? _noted.TryUpdate((organization, key.Number), now, before) : _noted.TryAdd((organization, key.Number), now))
            _ = NoteUseAsync(organization, key.Number);
    }

    private async Task NoteUseAsync(OrganizationNumber organization, int key)
    {
        try
        {
            await grains.GetGrain<IOrganizationGrain>(organization.Value).NoteApiKeyUsedAsync(key, time.GetUtcNow());
        }
        catch (Exception exception)
        {
            LogUseNotNoted(organization, key, exception);
        }
    }

    private static OrganizationNumber? NamedIn(string key)
    {
        if (!key.StartsWith("al_", StringComparison.Ordinal))
            return null;
        var end = key.IndexOf('_', 3);
        return end > 3 && uint.TryParse(key.AsSpan(3, end - 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new OrganizationNumber(number)
            : null;
    }
}
