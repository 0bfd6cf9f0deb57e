namespace AntiLoss.Domain.Agents;

/// <summary>A message of the agent protocol is not as it must be: which field, and why.</summary>
public sealed class AgentFormatException(string field, string error, Exception? inner = null) : FormatException($"{field}: {error}", inner)
{
    /// <summary>Such as <c>items[3].report.battery</c>.</summary>
    public string Field { get; } = field;

    public string Error { get; } = error;
}
