using System.Diagnostics.Metrics;
using AntiLoss.Domain.Agents;

namespace AntiLoss.Web.Ingest.Agents;

/// <summary>What was not taken from an agent, or by it, as a number: an attack shows here first.</summary>
internal sealed class AgentInstruments(IMeterFactory meters)
{
    private static readonly ImmutableHashSet<string> _commandRefusals = ["unsigned", "wrong-device", "wrong-enrolment", "replayed", "expired"];

    private readonly Counter<long> _refused = meters.Create(IngestInstruments.MeterName).CreateCounter<long>(
        "antiloss.agents.refused", "{message}", "Messages of the agent protocol that had no effect, by kind and reason.");

    /// <summary>An envelope had no effect: malformed, another-s, limited, unknown-enrolment, signature, earlier-enrolment or repeated.</summary>
    public void OnEnvelope(string reason) => Count("envelope", reason);

    /// <summary>A sign-in opened no connection: malformed, another-s, limited, clock, unknown-enrolment, signature or repeated.</summary>
    public void OnSignIn(string reason) => Count("sign-in", reason);

    /// <summary>A phone was not enrolled.</summary>
    public void OnEnrolment(string reason) => Count("enrolment", reason);

    /// <summary>A phone told that it refused something.</summary>
    public void OnTold(AgentEvent? said)
    {
        if (said is MessageRefused refused)
            Count("command", _commandRefusals.Contains(refused.Why) ? refused.Why : "other");
        else if (said is CodeRejected)
            Count("recovery-code", "wrong");
    }

    private void Count(string kind, string reason) => _refused.Add(1, new("kind", kind), new("reason", reason));
}
