using AntiLoss.Domain.Identity;
using AntiLoss.Domain.Reports;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Ingest.Protocols;
using AntiLoss.Web.Ingest.Submission;

namespace AntiLoss.Web.Ingest.Phones;

/// <summary>
/// Takes one message of one phone, whatever carried it: from what was decoded and proved to what the phone is told.
/// Knows no dialect and no transport.
/// </summary>
internal sealed class PhoneReception(ReportSubmitter submitter, StrangerDoor strangers, IngestInstruments instruments)
{
    /// <summary>Reasons that a dead letter names.</summary>
    private const int MaxReasons = 5;

    /// <summary>The answer to a message whose sender has been proved, or has not.</summary>
    /// <param name="protocol">The protocol's name.</param>
    /// <param name="message">The bytes as they arrived; not kept after the call unless they could not be read.</param>
    public async ValueTask<Reception> ReceiveAsync(string protocol, PhoneProof proof, Decoded decoded, PhoneOrigin origin, ReadOnlyMemory<byte> message)
    {
        Reception received = proof.Outcome switch
        {
            ProofOutcome.Proven => await SubmitAsync(protocol, proof.Credential, decoded, origin, message),
            ProofOutcome.WrongPassword => await strangers.RefusePasswordAsync(proof.Named, origin),
            _ => await strangers.QuarantineAsync(proof.Named, origin, message),
        };
        instruments.OnAnswered(protocol, received.Answer);
        return received;
    }

    /// <summary>The answer to a phone that connects and has said nothing yet.</summary>
    public async ValueTask<Reception> GreetAsync(string protocol, PhoneProof proof, PhoneOrigin origin) =>
        proof.Outcome == ProofOutcome.Proven
            ? await AskShardAsync(protocol, proof.Credential, [], [], origin, default)
            : await ReceiveAsync(protocol, proof, Decoded.Message.Nothing, origin, default);

    private ValueTask<Reception> SubmitAsync(string protocol, Credential credential, Decoded decoded, PhoneOrigin origin, ReadOnlyMemory<byte> message)
    {
        var reports = decoded is Decoded.Message { Reports: var read } ? read : [];
        ImmutableArray<UnreadMessage> unread = ReasonOf(decoded) is { } reason
            ? [new UnreadMessage(protocol, reason, message.ToArray(), (decoded as Decoded.Malformed)?.Length ?? message.Length)]
            : [];
        if (!unread.IsEmpty)
            instruments.OnUnread(protocol);
        return reports.IsEmpty && unread.IsEmpty
            ? ValueTask.FromResult<Reception>(PhoneAnswer.Taken)
            : AskShardAsync(protocol, credential, reports, unread, origin, message);
    }

    private async ValueTask<Reception> AskShardAsync(
        string protocol, Credential credential, ImmutableArray<Report> reports, ImmutableArray<UnreadMessage> unread, PhoneOrigin origin, ReadOnlyMemory<byte> message)
    {
        var answer = await submitter.SubmitAsync(new PhoneRequest
        {
            Device = credential.Device,
            CredentialVersion = credential.Version,
            Reports = reports,
            Unread = unread,
            App = origin.App,
            Address = origin.Address,
        });
        switch (answer.Outcome)
        {
            case RequestOutcome.Taken:
                instruments.OnTaken(protocol, reports.Length);
                return new Reception(PhoneAnswer.Taken, answer.HasCommands);
            case RequestOutcome.Revoked:
                return await strangers.RefusePasswordAsync(credential.Device.Device.ToString(), origin);
            case RequestOutcome.Unknown:
                // Only we make credentials whose MAC holds, so this phone was ours: an older backup has been restored.
                // It keeps its reports until it is added anew, or blocked.
                return await strangers.QuarantineAsync(credential.Device.Device.ToString(), origin, message) == PhoneAnswer.Blocked
                    ? PhoneAnswer.Blocked
                    : PhoneAnswer.Later;
            case RequestOutcome.Retired:
                return PhoneAnswer.Retired;
            default:
                return PhoneAnswer.Later;
        }
    }

    private static string? ReasonOf(Decoded decoded) => decoded switch
    {
        Decoded.Malformed malformed => malformed.Reason,
        Decoded.Message { Unreadable: { IsEmpty: false } reasons } => string.Join("; ", reasons.Distinct().Take(MaxReasons)),
        _ => null,
    };
}
