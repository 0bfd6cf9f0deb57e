using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Fleets;
using AntiLoss.Grains.Shards;
using AntiLoss.Web.Ingest.Transports;
using AntiLoss.Web.Live;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>What a phone is answered.</summary>
/// <param name="Through">The phone may forget its items up to this one; 0: not known yet, keep them.</param>
/// <param name="Commands">Signed; again with every answer until the phone acknowledges them.</param>
/// <param name="PolicyVersion">The policy that the phone should have.</param>
public sealed record AgentReply(long Through, IReadOnlyList<SignedMessage> Commands, int PolicyVersion);

/// <summary><c>POST /agent/v1/exchange</c>: an envelope in; what is durable, and what is wanted of the phone, out.</summary>
internal sealed class AgentExchange(IGrainFactory grains, ShardMap shards, AgentDoor door, AgentInstruments instruments, FleetMirror mirror, PolicyBook policies)
{
    private const int MaxBody = 512 << 10;
    private const int MaxWaitSeconds = 25;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public async Task<IResult> HandleAsync(HttpContext context, int? wait, CancellationToken cancellationToken)
    {
        if (wait is < 0 or > MaxWaitSeconds)
            return AgentProblems.Of(StatusCodes.Status400BadRequest, "wait", $"expected 0 to {MaxWaitSeconds} seconds");
        using var body = await RequestBody.ReadAsync(context.Request, MaxBody, cancellationToken);
        if (body.IsTooLong)
            return AgentProblems.Of(StatusCodes.Status413PayloadTooLarge, "body", $"more than {MaxBody} bytes");
        SignedEnvelope signed;
        AgentEnvelope head;
        try
        {
            signed = SignedEnvelope.Read(body.Bytes.ToArray());
            head = AgentEnvelope.ReadHead(signed.Envelope);
        }
        catch (AgentFormatException wrong)
        {
            instruments.OnEnvelope("malformed");
            return AgentProblems.Of(StatusCodes.Status400BadRequest, wrong.Field, wrong.Error);
        }
        if (await door.ProveAsync(head, signed, cancellationToken) is not { } proof)
            return AgentProblems.Of(StatusCodes.Status401Unauthorized, "signature", "is not that of this enrolment's key");
        ImmutableArray<EnvelopeItem> items;
        try
        {
            items = head.ReadItems(signed.Places);
        }
        catch (AgentFormatException wrong)
        {
            instruments.OnEnvelope("malformed");
            return AgentProblems.Of(StatusCodes.Status422UnprocessableEntity, wrong.Field, wrong.Error);
        }
        foreach (var item in items)
            instruments.OnTold(item.Event);
        var request = RequestOf(head, items);
        var shard = shards.ShardOf(grains, head.Device.Device);
        var answer = await shard.ExchangeAsync(head.Device, request, cancellationToken);
        if (answer.Enrolment > head.Enrolment)
            instruments.OnEnvelope("earlier-enrolment");
        else if (answer.Repeats > 0 && answer.Repeats == request.Items.Length)
            instruments.OnEnvelope("repeated");
        if (wait is > 0 && answer is { Outcome: RequestOutcome.Taken, Commands: [] } && await IsWantedAsync(head.Device, wait.Value, cancellationToken))
            answer = await shard.ExchangeAsync(head.Device, request with { Items = [] }, cancellationToken);
        if (answer.Outcome != RequestOutcome.Taken)
            return AgentProblems.Of(context, answer.Outcome);
        // What an earlier enrolment sent late is history: nothing is wanted of that phone any more.
        var commands = answer.Commands.Where(command => command.Enrolment == head.Enrolment).ToList();
        if (commands.Where(command => command.State == CommandState.Queued).Select(command => command.Id).ToImmutableArray() is { IsEmpty: false } queued)
            await shard.ChangeAsync(head.Device, DeviceOperation.From(new CommandsHandedOver(queued)), cancellationToken);
        var policy = await PolicyOfAsync(head.Device.Organization, commands);
        lock (proof)
        {
            return TypedResults.Ok(new AgentReply(
                answer.Through,
                [.. commands.Select(command => CommandMessage.Sign(proof.ServerKey, head.Device, command, command.PolicyVersion == policy?.Version ? policy : null))],
                answer.PolicyVersion));
        }
    }

    /// <summary>The policy that one of the commands sets: a newer SetPolicy cancels the older, so that there is one at most.</summary>
    private async ValueTask<DevicePolicy?> PolicyOfAsync(OrganizationNumber organization, List<Command> commands) =>
        commands.Find(command => command.PolicyVersion is not null) is { PolicyVersion: { } version } ? await policies.FindAsync(organization, version) : null;

    private static AgentRequest RequestOf(AgentEnvelope head, IEnumerable<EnvelopeItem> items) => new()
    {
        Enrolment = head.Enrolment,
        Outbox = head.Outbox,
        Items = [.. items.Select(item => new AgentItem(
            item.Sequence, item.HappenedAt, item.Report, item.Event is { } said ? AgentEventJson.Write(said) : default(ReadOnlyMemory<byte>)))],
    };

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
}

/// <summary>Refusals of the agent protocol: problem details that name the field.</summary>
internal static class AgentProblems
{
    public static IResult Of(int status, string field, string error) =>
        TypedResults.Problem(statusCode: status, extensions: [new("errors", new Dictionary<string, string[]> { [field] = [error] })]);

    public static IResult Of(HttpContext context, RequestOutcome outcome)
    {
        switch (outcome)
        {
            case RequestOutcome.Unknown or RequestOutcome.Revoked:
                return Of(StatusCodes.Status404NotFound, "device", "is not known");
            case RequestOutcome.Retired:
                return Of(StatusCodes.Status403Forbidden, "device", "is retired");
            default:
                AppAnswers.SetLater(context.Response);
                return Of(StatusCodes.Status503ServiceUnavailable, "body", "cannot be taken now; send it again after Retry-After");
        }
    }
}
