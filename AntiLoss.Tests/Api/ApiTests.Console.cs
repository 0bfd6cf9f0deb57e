using System.Text.Json;
using System.Text.RegularExpressions;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

public sealed partial class ApiTests
{
    /// <summary>Calls whose address is put together from what is chosen: what they answer is checked with the others.</summary>
    private static readonly ImmutableArray<string> _putTogether = ["POST /devices/{}/{}", "POST /sims/{}/{}", "POST /waiting-phones/{}/{}"];

    /// <summary>Beside the calls: what the console's rooms say an answer holds.</summary>
    private static readonly ImmutableArray<string> _sources = ["accounts/accounts.ts", "alerts/alerts.ts", "alerts/incidents.ts", "guards/guards.ts", "guards/lines.ts", "policy/policy.ts"];

    [Fact]
    public async Task The_console_reads_what_the_api_s_description_says_is_answered()
    {
        var description = JsonDocument.Parse(await Api.GetStringAsync("/openapi/v1.json", Stop)).RootElement;
        var answers = AnswersOf(description);
        var source = await File.ReadAllTextAsync(UiFile("api.ts"), Stop);
        var types = new TypeScriptTypes([source, .. await Task.WhenAll(_sources.Select(name => File.ReadAllTextAsync(UiFile(name), Stop)))]);

        var differences = new List<string>();
        var (compared, others) = (0, new SortedSet<string>(StringComparer.Ordinal));
        foreach (Match call in ConsoleCall().Matches(source))
        {
            var (type, end) = types.Read(source, call.Index + call.Length);
            var path = ConsolePath().Match(source, end).Groups["path"].Value;
            var operation = $"{call.Groups["method"].Value.ToUpperInvariant()} {Parameter().Replace(QueryPart().Replace(path, "").Replace("${", "{", StringComparison.Ordinal), "{}")}";
            if (!answers.TryGetValue(operation, out var schema))
                others.Add(operation);
            else if (schema is { } answer && ++compared > 0)
                Compare(operation, type, answer, description, differences);
        }
        Assert.Equal(_putTogether, others);
        Assert.True(compared > 40, $"{compared} calls were compared");
        Assert.Empty(differences);
    }

    private static string UiFile(string name) => Repository.PathOf(["AntiLoss.Web", "ui", "src", .. name.Split('/')]);

    /// <summary>Method and path below <c>/api/v1</c>, parameters as {}, to the schema of what a success answers; null if it has no body.</summary>
    private static Dictionary<string, JsonElement?> AnswersOf(JsonElement description) => (
        from path in description.GetProperty("paths").EnumerateObject()
        from operation in path.Value.EnumerateObject()
        let success = operation.Value.GetProperty("responses").EnumerateObject().FirstOrDefault(answer => answer.Name.StartsWith('2')).Value
        let content = success.ValueKind == JsonValueKind.Object && success.TryGetProperty("content", out var body) && body.TryGetProperty("application/json", out var json)
            ? json.GetProperty("schema") : (JsonElement?)null
        select ($"{operation.Name.ToUpperInvariant()} {Parameter().Replace(path.Name["/api/v1".Length..], "{}")}", content))
        .ToDictionary(StringComparer.Ordinal);

    private static void Compare(string where, TypeScriptType type, JsonElement schema, JsonElement description, List<string> differences)
    {
        var (kind, mayBeNull, resolved) = Resolve(schema, description);
        // A policy is read and written in one shape: what may be left out when it is written is there when it is read.
        if (type.MayBeNull != mayBeNull && type.Kind != "any" && !where.Contains("olicy", StringComparison.Ordinal))
            differences.Add($"{where}: {(mayBeNull ? "may" : "cannot")} be null");
        if (type.Kind != kind && type.Kind != "any" && kind != "any")
            differences.Add($"{where}: is {kind}, not {type.Kind}");
        else if (kind == "array" && type.Element is { } element)
            Compare($"{where}[]", element, resolved.GetProperty("items"), description, differences);
        foreach (var (name, field) in type.Fields)
        {
            if (resolved.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var property))
                Compare($"{where}.{name}", field, property, description, differences);
            else
                differences.Add($"{where}.{name}: is not there");
        }
    }

    private static (string Kind, bool MayBeNull, JsonElement Schema) Resolve(JsonElement schema, JsonElement description)
    {
        if (schema.TryGetProperty("$ref", out var reference))
            return Resolve(description.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]), description);
        if (schema.TryGetProperty("oneOf", out var choices))
        {
            var parts = choices.EnumerateArray().Select(choice => Resolve(choice, description)).ToList();
            return parts.Find(part => part.Kind != "null") with { MayBeNull = parts.Exists(part => part.Kind == "null") };
        }
        if (!schema.TryGetProperty("type", out var said))
            return ("any", false, schema);
        var kinds = said.ValueKind == JsonValueKind.Array ? [.. said.EnumerateArray().Select(each => each.GetString()!)] : new List<string> { said.GetString()! };
        // A number is described as one that may come as a text.
        var kind = kinds.Exists(each => each is "integer" or "number") ? "number" : kinds.Find(each => each != "null") ?? "null";
        return (kind, kinds.Contains("null"), schema);
    }

    [GeneratedRegex(@"\b(?<method>get|post|put|patch)<(?=[^T])")]
    private static partial Regex ConsoleCall();

    [GeneratedRegex(@"\G>\([`'](?<path>(?:\$\{[^}]*\}|[^`'])*)[`']")]
    private static partial Regex ConsolePath();

    [GeneratedRegex(@"\$\{query\(.*$")]
    private static partial Regex QueryPart();
}
