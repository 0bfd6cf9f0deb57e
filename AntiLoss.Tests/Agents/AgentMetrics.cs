using System.Globalization;
using System.Text.RegularExpressions;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Agents;

/// <summary>What a server has counted of messages of the agent protocol that had no effect.</summary>
internal static partial class AgentMetrics
{
    /// <summary>Of one kind, for one reason or for all.</summary>
    public static async Task<long> RefusedAsync(ServerUnderTest server, string kind, string? reason)
    {
        var metrics = await server.Anonymous.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return Refusal().Matches(metrics).Where(line => line.Groups["kind"].Value == kind && (reason is null || line.Groups["reason"].Value == reason))
            .Sum(line => long.Parse(line.Groups["count"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex("""^antiloss_agents_refused[a-z_]*\{[^}]*kind="(?<kind>[^"]+)",reason="(?<reason>[^"]+)"[^}]*\} (?<count>\d+)""", RegexOptions.Multiline)]
    private static partial Regex Refusal();
}
