using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>What a phone is answered.</summary>
/// <param name="Through">The phone may forget its items up to this one; 0: not known yet, keep them.</param>
/// <param name="Commands">Signed; again with every answer until the phone acknowledges them.</param>
/// <param name="PolicyVersion">The policy that the phone should have.</param>
public sealed record AgentReply(long Through, IReadOnlyList<SignedMessage> Commands, int PolicyVersion);

/// <summary>What became of what a phone sent: a reply or a refusal.</summary>
/// <param name="Head">Of its envelope; null if that could not be read.</param>
internal readonly record struct AgentOutcome(AgentReply? Reply, AgentRefusal? Refusal, AgentEnvelope? Head);

/// <summary>An envelope in; what is durable, and what is wanted of the phone, out. Knows no transport.</summary>
internal sealed class AgentExchange(IGrainFactory grains, ShardMap shards, AgentDoor door, AgentInstruments instruments, AddressLimit addresses, FleetMirror mirror, PolicyBook policies)
{
    /// <summary>Bytes of what a phone sends at once.</summary>
    public const int MaxBody = 512 << 10;

    /// <summary>How long a question may be held open.</summary>
    public const int MaxWaitSeconds = 25;

    /// <summary>How often is looked whether something is wanted of phones that hold a question or a connection open.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    /// <summary>Takes what a phone sent.</summary>
    /// <param name="body">A <see cref="SignedEnvelope"/>; at most <see cref="MaxBody"/> bytes are looked at.</param>
    /// <param name="waitSeconds">How long to hold it open while there is no command.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="connection">Whose connection it came over; null if that says nothing.</param>
    public async Task<AgentOutcome> TakeAsync(ReadOnlyMemory<byte> body, int waitSeconds, string address, DeviceKey? connection, CancellationToken cancellationToken)
    {
        if (body.Length > MaxBody)
            return Refuse(null, StatusCodes.Status413PayloadTooLarge, "body", $"more than {MaxBody} bytes");
        SignedEnvelope signed;
        AgentEnvelope head;
        try
        {
            // What is read refers to the bytes, and the transport will want them back.
            signed = SignedEnvelope.Read(body.ToArray());
            head = AgentEnvelope.ReadHead(signed.Envelope);
        }
        catch (AgentFormatException wrong)
        {
            instruments.OnEnvelope("malformed");
            addresses.Note(address);
            return Refuse(null, StatusCodes.Status400BadRequest, wrong.Field, wrong.Error);
        }
        if (connection is { } own && own != head.Device)
        {
            instruments.OnEnvelope("another-s");
            addresses.Note(address);
            return Refuse(head, StatusCodes.Status403Forbidden, "device", "is not this connection's");
        }
        var verdict = await door.ProveAsync(head, signed, address, cancellationToken);
        if (verdict.Wait is { } seconds)
            return new AgentOutcome(null, AgentRefusal.Limited(seconds), head);
        if (verdict.Proof is not { } proof)
            return Refuse(head, StatusCodes.Status401Unauthorized, "signature", "is not that of this enrolment's key");
        try
        {
            return await TakeAsync(proof, head, RequestOf(head, head.ReadItems(signed.Places)), waitSeconds, cancellationToken);
        }
        catch (AgentFormatException wrong)
        {
            instruments.OnEnvelope("malformed");
            return Refuse(head, StatusCodes.Status422UnprocessableEntity, wrong.Field, wrong.Error);
        }
    }

    /// <summary>The commands that wait for a phone and of which <paramref name="isNew"/> says so; null if that can't be said now.</summary>
    public async Task<AgentReply?> AskAsync(AgentProof proof, ulong outbox, Func<string, bool> isNew, CancellationToken cancellationToken)
    {
        var request = new AgentRequest { Enrolment = proof.Enrolment, Outbox = outbox, Items = [] };
        var answer = await shards.ShardOf(grains, proof.Device.Device).ExchangeAsync(proof.Device, request, cancellationToken);
        return answer.Outcome == RequestOutcome.Taken ? await ReplyAsync(proof, answer, isNew, cancellationToken) : null;
    }

    private async Task<AgentOutcome> TakeAsync(AgentProof proof, AgentEnvelope head, AgentRequest request, int waitSeconds, CancellationToken cancellationToken)
    {
        var shard = shards.ShardOf(grains, head.Device.Device);
        var answer = await shard.ExchangeAsync(head.Device, request, cancellationToken);
        if (answer.Enrolment > head.Enrolment)
            instruments.OnEnvelope("earlier-enrolment");
        else if (answer.Repeats > 0 && answer.Repeats == request.Items.Length)
            instruments.OnEnvelope("repeated");
        if (waitSeconds > 0 && answer is { Outcome: RequestOutcome.Taken, Commands: [] } && await IsWantedAsync(head.Device, waitSeconds, cancellationToken))
            answer = await shard.ExchangeAsync(head.Device, request with { Items = [] }, cancellationToken);
        return answer.Outcome == RequestOutcome.Taken
            ? new AgentOutcome(await ReplyAsync(proof, answer, _ => true, cancellationToken), null, head)
            : new AgentOutcome(null, AgentRefusal.Of(answer.Outcome), head);
    }

    private async Task<AgentReply> ReplyAsync(AgentProof proof, AgentAnswer answer, Func<string, bool> isNew, CancellationToken cancellationToken)
    {
        // What an earlier enrolment sent late is history: nothing is wanted of that phone any more.
        var commands = answer.Commands.Where(command => command.Enrolment == proof.Enrolment && isNew(command.Id)).ToList();
        if (commands.Where(command => command.State == CommandState.Queued).Select(command => command.Id).ToImmutableArray() is { IsEmpty: false } queued)
            await shards.ShardOf(grains, proof.Device.Device).ChangeAsync(proof.Device, DeviceOperation.From(new CommandsHandedOver(queued)), cancellationToken);
        var policy = await PolicyOfAsync(proof.Device.Organization, commands);
        return new AgentReply(
            answer.Through,
            proof.Sign<IReadOnlyList<SignedMessage>>(key =>
                [.. commands.Select(command => CommandMessage.Sign(key, proof.Device, command, command.PolicyVersion == policy?.Version ? policy : null))]),
            answer.PolicyVersion);
    }

    /// <summary>The policy that one of the commands sets: a newer SetPolicy cancels the older, so that there is one at most.</summary>
    private async ValueTask<DevicePolicy?> PolicyOfAsync(OrganizationNumber organization, List<Command> commands) =>
        commands.Find(command => command.PolicyVersion is not null) is { PolicyVersion: { } version } ? await policies.FindAsync(organization, version) : null;

    private AgentRequest RequestOf(AgentEnvelope head, ImmutableArray<EnvelopeItem> items)
    {
        foreach (var item in items)
            instruments.OnTold(item.Event);
        return new AgentRequest
        {
            Enrolment = head.Enrolment,
            Outbox = head.Outbox,
            Items = [.. items.Select(item => new AgentItem(
                item.Sequence, item.HappenedAt, item.Report, item.Event is { } said ? AgentEventJson.Write(said) : default(ReadOnlyMemory<byte>)))],
        };
    }

    /// <summary>Holds a phone's question open until something is wanted of it, or the time is over.</summary>
    private async Task<bool> IsWantedAsync(DeviceKey device, int seconds, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        over.CancelAfter(TimeSpan.FromSeconds(seconds));
        using var look = new PeriodicTimer(LookEvery);
        try
        {
            do
            {
                if ((await mirror.ViewOfAsync(device.Organization, over.Token)).Find(device.Device) is { HasCommands: true })
                    return true;
            }
            while (await look.WaitForNextTickAsync(over.Token));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
        return false;
    }

    private static AgentOutcome Refuse(AgentEnvelope? head, int status, string field, string error) => new(null, new AgentRefusal(status, field, error), head);
}
