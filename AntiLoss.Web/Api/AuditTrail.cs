using System.Security.Cryptography;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Web.Accounts;

namespace AntiLoss.Web.Api;

/// <summary>
/// Enters what people and programs do into the audit. What is dangerous is entered before it is done: if it can't be, it
/// is not done, and whoever asked is told to try again.
/// </summary>
internal sealed class AuditTrail(IGrainFactory grains, TimeProvider time)
{
    /// <summary>Before the action of an entry that was made before its effect; the phone's own entry of what became of it has the action alone.</summary>
    public const string Asked = "asked-";

    /// <summary>Makes an entry; it is durable when this completes.</summary>
    /// <exception cref="Grains.Storage.StorageUnavailableException">It can't be written now.</exception>
    public async Task WriteAsync(Caller caller, AuditNote note, CancellationToken cancellationToken) =>
        await GrainOf(caller).WriteAsync([Draft(caller, note)], cancellationToken);

    /// <summary>Enters that a person is erased, whereupon nobody can read any more what the audit says of that person.</summary>
    /// <exception cref="Grains.Storage.StorageUnavailableException">It can't be written now.</exception>
    public async Task EraseAsync(Caller caller, int person, CancellationToken cancellationToken) =>
        await GrainOf(caller).ErasePersonAsync(person, Draft(caller, new AuditNote(AuditCheck.PersonErased)), cancellationToken);

    /// <summary>Enters a dangerous act before it is done; others are entered by the phone.</summary>
    public async Task WriteBeforeAsync(Caller caller, OperatorAct act, DeviceRow row, CancellationToken cancellationToken)
    {
        if (IsDangerous(act))
            await WriteBeforeAsync(caller, act.Action, row, act.Reason, cancellationToken);
    }

    /// <summary>Enters a dangerous action on a phone before it is done.</summary>
    public Task WriteBeforeAsync(Caller caller, string action, DeviceRow row, string? reason, CancellationToken cancellationToken) => WriteAsync(
        caller, new AuditNote(Asked + action) { Device = row.Key.Device.ToString(), Person = row.Person, Before = $"{row.Protection}", Reason = reason }, cancellationToken);

    private IAuditGrain GrainOf(Caller caller) => grains.GetGrain<IAuditGrain>(caller.Organization.Value);

    private AuditDraft Draft(Caller caller, AuditNote note)
    {
        var now = time.GetUtcNow();
        return new AuditDraft(
            DeviceId.New(now, RandomNumberGenerator.GetBytes(10)).ToString(), now, caller.Account, note.Action, note.Device, note.Person, note.Before, note.After, note.Reason);
    }

    /// <summary>What destroys, releases, or makes a phone less guarded. To declare a loss, to lock, to locate and to ring wait for nothing.</summary>
    private static bool IsDangerous(OperatorAct act) => act
        is WipeRequested or WipeApproved or ActionAgreed or EnrolAgainAsked or RecoveryCodeAsked or FoundDeclared or Disarmed or SuspicionDismissed
        or MaintenanceOpened or NextSimAccepted or SimBound or SimUnbound or CommandAsked { Kind: CommandKind.Unlock };
}

/// <summary>What an entry says.</summary>
/// <param name="Action">Kebab-case.</param>
internal sealed record AuditNote(string Action)
{
    /// <summary>The phone's id; empty for none.</summary>
    public string Device { get; init; } = "";

    /// <summary>Whom it is about; 0 for nobody.</summary>
    public int Person { get; init; }

    public string Before { get; init; } = "";
    public string After { get; init; } = "";
    public string? Reason { get; init; }
}
