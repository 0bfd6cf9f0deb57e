using AntiLoss.Web.Ingest.Agents;
using AntiLoss.Web.Ingest.Phones;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary><c>POST /agent/v1/exchange</c>: the agent protocol over HTTP, which can hold a question open.</summary>
internal sealed class AgentHttp(AgentExchange exchange)
{
    public async Task<IResult> HandleAsync(HttpContext context, int? wait, CancellationToken cancellationToken)
    {
        if (wait is < 0 or > AgentExchange.MaxWaitSeconds)
            return new AgentRefusal(StatusCodes.Status400BadRequest, "wait", $"expected 0 to {AgentExchange.MaxWaitSeconds} seconds").ToHttp(context);
        // One byte more than may be, so that what is too long is seen to be.
        using var body = await RequestBody.ReadAsync(context.Request, AgentExchange.MaxBody + 1, cancellationToken);
        var outcome = await exchange.TakeAsync(body.Bytes, wait ?? 0, PhoneOrigin.Of(context).Address, connection: null, cancellationToken);
        return outcome.Refusal is { } refusal ? refusal.ToHttp(context) : TypedResults.Ok(outcome.Reply);
    }
}
