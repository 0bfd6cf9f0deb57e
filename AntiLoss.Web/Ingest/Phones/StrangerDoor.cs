using System.Security.Cryptography;
using AntiLoss.Grains.Quarantine;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>
/// Where messages go that no phone of ours has proved: into the quarantine, or away with a wrong password. Strangers are
/// many, so only some a second get that far; the others are asked to come again.
/// </summary>
internal sealed class StrangerDoor(IGrainFactory grains, TimeProvider time, IOptions<LimitOptions> limits)
{
    /// <summary>How long OwnTracks for iOS is asked to try again before it hears that its password is wrong, on which it deletes what it has.</summary>
    private static readonly TimeSpan PatienceWithPassword = TimeSpan.FromHours(24);

    private readonly int _perSecond = limits.Value.StrangersPerSecond;
    private long _second;
    private int _inSecond;

    private IQuarantineGrain Quarantine => grains.GetGrain<IQuarantineGrain>(0);

    /// <summary>
    /// The answer to a message of a sender that no device is known by. One without a name goes by its address: else all
    /// of them would be one sender, and nobody could block it.
    /// </summary>
    public async ValueTask<PhoneAnswer> QuarantineAsync(string sender, PhoneOrigin origin, ReadOnlyMemory<byte> message)
    {
        if (!MayEnter())
            return PhoneAnswer.Later;
        var stranger = new StrangerMessage(sender.Length > 0 ? sender : origin.Address, origin.App, origin.Address, message.Length, HashOf(message.Span));
        return (await Quarantine.KeepAsync([stranger]))[0] ? PhoneAnswer.Quarantined : PhoneAnswer.Blocked;
    }

    /// <summary>The answer to a wrong or revoked password for a device's id.</summary>
    public async ValueTask<PhoneAnswer> RefusePasswordAsync(string device, PhoneOrigin origin)
    {
        if (!MayEnter())
            return PhoneAnswer.Later;
        var firstAt = await Quarantine.NoteWrongPasswordAsync(new WrongPassword(device, origin.App, origin.Address));
        return origin.DropsWhatIsRefused && time.GetUtcNow() - firstAt < PatienceWithPassword
            ? PhoneAnswer.Later
            : PhoneAnswer.WrongPassword;
    }

    private bool MayEnter()
    {
        var second = time.GetTimestamp() / time.TimestampFrequency;
        if (Interlocked.Exchange(ref _second, second) != second)
            Volatile.Write(ref _inSecond, 0);
        return Interlocked.Increment(ref _inSecond) <= _perSecond;
    }

    private static string HashOf(ReadOnlySpan<byte> message)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(message, hash);
        return Convert.ToHexStringLower(hash[..8]);
    }
}
