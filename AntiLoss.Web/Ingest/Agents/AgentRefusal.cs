using System.Globalization;
using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>Why a message of the agent protocol was not taken.</summary>
/// <param name="Status">HTTP's, whatever carried the message.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="RetryAfter">Seconds after which to send the same again; null if that is of no use.</param>
internal sealed record AgentRefusal(int Status, string Field, string Error, int? RetryAfter = null)
{
    private const int LeastRetrySeconds = 2;
    private const int MostRetrySeconds = 10;

    /// <summary>What is wrong with which field, as problem details and the answer over MQTT have it.</summary>
    public Dictionary<string, string[]> Errors => new() { [Field] = [Error] };

    /// <summary>What a shard did not take. Those who are asked to come again come at different times.</summary>
    public static AgentRefusal Of(RequestOutcome outcome) => outcome switch
    {
        RequestOutcome.Unknown or RequestOutcome.Revoked => new(StatusCodes.Status404NotFound, "device", "is not known"),
        RequestOutcome.Retired => new(StatusCodes.Status403Forbidden, "device", "is retired"),
        _ => new(StatusCodes.Status503ServiceUnavailable, "body", "cannot be taken now; send it again after Retry-After", Random.Shared.Next(LeastRetrySeconds, MostRetrySeconds + 1)),
    };

    /// <summary>Too much from the sender's address has failed.</summary>
    public static AgentRefusal Limited(int seconds) =>
        new(StatusCodes.Status429TooManyRequests, "body", "too many messages from this address have failed; send it again after Retry-After", seconds);

    /// <summary>Problem details.</summary>
    public IResult ToHttp(HttpContext context)
    {
        if (RetryAfter is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        return TypedResults.Problem(statusCode: Status, extensions: [new("errors", Errors)]);
    }
}
