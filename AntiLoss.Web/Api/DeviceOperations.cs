using System.Security.Cryptography;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Accounts;
using AntiLoss.Web.Live;
using AntiLoss.Web.Wake;

namespace AntiLoss.Web.Api;

/// <summary>Reads and changes phones of the caller's organization through their shards.</summary>
internal sealed class DeviceOperations(
    IGrainFactory grains, ShardMap shards, FleetMirror mirror, MasterKeys keys, PublicUrl publicUrl, OrganizationDirectory directory,
    PushServices pushes, TimeProvider time)
{
    /// <summary>How far before its enrolment a phone's fixes are believed if nobody says.</summary>
    private static readonly TimeSpan _before = TimeSpan.FromDays(1);

    /// <summary>The phone's key within the caller's organization; null for a text that is no id.</summary>
    private static DeviceKey? KeyOf(Caller caller, string id) =>
        DeviceId.TryParse(id, out var device) ? new DeviceKey(caller.Organization, device) : null;

    /// <summary>The phone; null if the fleets that the caller sees have none of that id, whoever else may.</summary>
    public async ValueTask<DeviceView?> FindAsync(Caller caller, string id, CancellationToken cancellationToken) =>
        KeyOf(caller, id) is { } key && await ShardOf(key).ReadAsync(key, cancellationToken) is { } view && caller.Fleets.Contains(view.Row.Fleet) ? view : null;

    public IShardGrain ShardOf(DeviceKey key) => shards.ShardOf(grains, key.Device);

    /// <summary>Makes a phone.</summary>
    public async Task<DeviceChangeResult> EnrolAsync(Caller caller, DeviceDraft draft, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var key = new DeviceKey(caller.Organization, DeviceId.New(now, RandomNumberGenerator.GetBytes(10)));
        var enrolled = await ChangeAsync(
            key,
            new DeviceEnrolled(draft.Name, draft.Fleet, draft.Since ?? now - _before) { Imei = draft.Imei, Tags = draft.Tags },
            cancellationToken);
        if (draft.Person is not { } person || enrolled.View is null)
            return enrolled;
        var assigned = await ChangeAsync(key, new DeviceAssigned(person, caller.Name, How: null), cancellationToken);
        // The phone is made, and its credential must reach whoever made it: that it has nobody yet is in the answer.
        return assigned.View is null ? enrolled : assigned;
    }

    public async Task<DeviceChangeResult> ChangeAsync(DeviceKey key, OperationalChange change, CancellationToken cancellationToken)
    {
        var answer = await ShardOf(key).ChangeAsync(key, DeviceOperation.From(change), cancellationToken);
        if (answer is { Outcome: RequestOutcome.Taken, View: { } view })
            mirror.Offer(view.Row);
        return new(answer.Outcome, answer.Outcome == RequestOutcome.Taken ? answer.View : null, answer.Refusal);
    }

    public async Task<DeviceDetail> DetailAsync(Caller caller, DeviceView view, CancellationToken cancellationToken) =>
        DeviceDetail.Of(view, await directory.OfAsync(caller, cancellationToken), pushes, time.GetUtcNow());

    /// <summary>The phone with its credential of the present version.</summary>
    public async Task<EnrolledDevice> WithCredentialAsync(Caller caller, DeviceView view, CancellationToken cancellationToken)
    {
        var credential = Credential.For(keys, view.Row.Key, view.State.CredentialVersion);
        var text = credential.ToText(keys);
        var settings = PhoneSettings.For(view.Row.Key.Device, text, publicUrl);
        return new EnrolledDevice(
            await DetailAsync(caller, view, cancellationToken), text, credential.OwnTracksSecret(keys), settings, QrCodes.Of(settings));
    }

    public string CredentialOf(DeviceView view) => Credential.For(keys, view.Row.Key, view.State.CredentialVersion).ToText(keys);
}

/// <summary>What became of a change to a phone, and the phone after it if it was taken.</summary>
/// <param name="Refusal">Why the phone's rules do not allow it; null if they do.</param>
internal readonly record struct DeviceChangeResult(RequestOutcome Outcome, DeviceView? View, string? Refusal = null);

/// <summary>A phone to be made, its fields checked.</summary>
internal sealed record DeviceDraft(
    string Name, int Fleet, DateTimeOffset? Since, int? Person, string? Imei, ImmutableArray<string> Tags);
