using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Agents;
using AntiLoss.Web.Ingest.Transports;

namespace AntiLoss.Tests.Agents;

/// <summary>What phone makers' tools read says what the code says: every field, every name, and every topic.</summary>
public sealed class AgentDescriptionTests
{
    private static readonly JsonElement OpenApi = Read("agent-openapi.json");
    private static readonly JsonElement AsyncApi = Read("agent-asyncapi.json");

    [Theory]
    [InlineData("EnrolRequest", typeof(EnrolRequest))]
    [InlineData("EnrolledAgent", typeof(EnrolledAgent))]
    [InlineData("EnrolmentWaits", typeof(EnrolmentWaits))]
    [InlineData("AgentReply", typeof(AgentReply))]
    [InlineData("SignedMessage", typeof(SignedMessage))]
    [InlineData("Command", typeof(CommandMessage))]
    [InlineData("Policy", typeof(PolicyMessage))]
    [InlineData("Reporting", typeof(PolicyReporting))]
    [InlineData("Hours", typeof(PolicyHours))]
    [InlineData("Shift", typeof(PolicyShift))]
    public void A_message_has_the_fields_that_the_code_has(string schema, Type type) => Assert.Equal(FieldsOf(type), FieldsOf(Schema(OpenApi, schema)));

    [Fact]
    public void An_answer_over_mqtt_has_the_fields_that_the_code_has() =>
        Assert.Equal(FieldsOf(typeof(MqttAgentAnswer)), FieldsOf(Schema(AsyncApi, "Answer")));

    [Fact]
    public void Every_event_is_there_with_its_fields()
    {
        var described = Schema(OpenApi, "Event").GetProperty("oneOf").EnumerateArray()
            .ToDictionary(said => said.GetProperty("properties").GetProperty("event").GetProperty("const").GetString()!, said => FieldsOf(said).Where(field => field != "event"));
        var known = typeof(AgentEvent).GetCustomAttributes<JsonDerivedTypeAttribute>().ToDictionary(kind => $"{kind.TypeDiscriminator}", kind => FieldsOf(kind.DerivedType));
        Assert.Equal(known.Keys.Order(StringComparer.Ordinal), described.Keys.Order(StringComparer.Ordinal));
        foreach (var (name, fields) in known)
            Assert.Equal(fields, described[name]);
    }

    [Fact]
    public void Every_kind_of_command_is_there() => Assert.Equal(
        Enum.GetNames<CommandKind>().Order(StringComparer.Ordinal),
        Schema(OpenApi, "Command").GetProperty("properties").GetProperty("kind").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!).Order(StringComparer.Ordinal));

    [Fact]
    public void The_vectors_have_no_field_that_is_not_described()
    {
        var vectors = Read("agent-vectors.json");
        Described(JsonDocument.Parse(vectors.GetProperty("envelope").GetProperty("text").GetString()!).RootElement, Schema(OpenApi, "Envelope"));
        Described(JsonDocument.Parse(vectors.GetProperty("place").GetProperty("text").GetString()!).RootElement, Schema(OpenApi, "Place"));
        Described(vectors.GetProperty("envelope").GetProperty("body"), Schema(OpenApi, "SignedEnvelope"));
        Described(JsonDocument.Parse(vectors.GetProperty("signIn").GetProperty("text").GetString()!).RootElement, Schema(AsyncApi, "SignIn"));

        static void Described(JsonElement message, JsonElement schema)
        {
            var names = message.EnumerateObject().Select(field => field.Name).ToList();
            Assert.Subset(FieldsOf(schema).ToHashSet(), names.ToHashSet());
            Assert.Subset(names.ToHashSet(), schema.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).ToHashSet());
        }
    }

    [Fact]
    public void Every_topic_is_there() => Assert.Equal(
        [MqttAgent.DownTopicOf("{device}"), MqttAgent.UpTopicOf("{device}")],
        AsyncApi.GetProperty("channels").EnumerateObject().Select(channel => channel.Value.GetProperty("address").GetString()!).Order(StringComparer.Ordinal));

    private static JsonElement Read(string file) => JsonDocument.Parse(File.ReadAllBytes(Repository.PathOf("docs", "examples", file))).RootElement;

    private static JsonElement Schema(JsonElement document, string name) => document.GetProperty("components").GetProperty("schemas").GetProperty(name);

    private static IEnumerable<string> FieldsOf(JsonElement schema) =>
        schema.GetProperty("properties").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal);

    private static IEnumerable<string> FieldsOf(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal);
}
