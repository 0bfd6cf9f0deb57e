using System.Text.Json.Serialization;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>What became of each report of a request, in order.</summary>
public sealed record ReportResults(IReadOnlyList<ReportResult> Results);

/// <summary>What became of one report.</summary>
/// <param name="Outcome"><c>accepted</c>, <c>duplicate</c> and <c>setAside</c> are durable; <c>refused</c> is for good; <c>retry</c> asks to send it again.</param>
/// <param name="Field">The field that is wrong, if one is.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record ReportResult(string Outcome, string? Field = null, string? Error = null)
{
    internal const string Accepted = "accepted";
    internal const string Duplicate = "duplicate";
    internal const string SetAside = "setAside";
    internal const string Refused = "refused";
    internal const string Retry = "retry";
}

[JsonSerializable(typeof(ReportResults))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class ReportResultJson : JsonSerializerContext;
