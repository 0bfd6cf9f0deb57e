using System.Text;
using System.Text.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Tests.Agents;

/// <summary>What is out of its range in an event is refused under the field's name, before anything is stored.</summary>
public sealed class AgentEventRangesTests
{
    [Theory]
    [InlineData("""{"event":"sim-seen","slot":8}""", "slot")]
    [InlineData("""{"event":"sim-seen","slot":-1}""", "slot")]
    [InlineData("""{"event":"sim-seen","slot":0,"plmn":"26 201"}""", "plmn")]
    [InlineData("""{"event":"sim-seen","slot":0,"confidence":9}""", "confidence")]
    [InlineData("""{"event":"pin-rejected","purpose":"PowerOff","failures":0}""", "failures")]
    [InlineData("""{"event":"pin-accepted","purpose":"Sim","slot":99}""", "slot")]
    [InlineData("""{"event":"agent-tampered","what":""}""", "what")]
    [InlineData("""{"event":"link-changed","bearer":"Esim","signalDbm":5}""", "signalDbm")]
    [InlineData("""{"event":"link-changed","bearer":"Esim","radio":"a\nb"}""", "radio")]
    [InlineData("""{"event":"policy-applied","version":0}""", "version")]
    [InlineData("""{"event":"command","id":"01","state":"Queued"}""", "state")]
    [InlineData("""{"event":"push-token-set","service":"F C M"}""", "service")]
    [InlineData("""{"event":"push-token-set","service":"fcm","token":"a\nb"}""", "token")]
    public void A_field_out_of_range_is_named(string said, string field) =>
        Assert.Equal($"items[0].event.{field}", Assert.Throws<AgentFormatException>(() => Read(said)).Field);

    [Fact]
    public void A_text_as_long_as_may_be_is_taken_and_a_longer_one_is_not()
    {
        Assert.Equal(new AgentTampered(new string('x', 100)), Read(Tampered(100)));
        Assert.Equal("items[0].event.what", Assert.Throws<AgentFormatException>(() => Read(Tampered(101))).Field);

        static string Tampered(int length) => JsonSerializer.Serialize(new { @event = "agent-tampered", what = new string('x', length) });
    }

    [Fact]
    public void An_event_s_name_may_stand_behind_its_fields() => Assert.Equal(new SimGone(1), Read("""{"slot":1,"event":"sim-gone"}"""));

    private static AgentEvent? Read(string said)
    {
        var device = DeviceId.New(DateTimeOffset.UnixEpoch, new byte[10]);
        var envelope = $$"""{"v":1,"organization":7,"device":"{{device}}","enrolment":1,"outbox":"00000000000a11ce","first":1,"items":[{"event":{{said}}}]}""";
        return AgentEnvelope.ReadHead(Encoding.UTF8.GetBytes(envelope)).ReadItems([]).Single().Event;
    }
}
