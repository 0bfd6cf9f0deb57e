using System.Net;
using System.Security.Cryptography;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest;
using AntiLoss.Web.Ingest.Agents;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Agents;

/// <summary>Strangers are heard a number of times a minute, and a phone beside them at the same address always.</summary>
public sealed class AddressLimitTests
{
    private const int Most = 5;

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    [InlineData("2001:db8:1:2::3", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::3", "2001:db8:1:3::3", false)]
    public void An_address_waits_for_the_minute_to_end_and_a_network_of_ipv6_is_one(string fails, string asks, bool waits)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56).AddSeconds(20));
        var limit = new AddressLimit(Options.Create(new LimitOptions { AgentFailuresPerMinute = Most }), time);
        for (var i = 0; i < Most; i++)
        {
            Assert.Null(limit.WaitOf(asks));
            limit.Note(fails);
        }
        Assert.Equal(waits ? 40 : null, limit.WaitOf(asks));
        time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(limit.WaitOf(asks));
    }

    [Fact]
    public async Task Who_guesses_phones_or_codes_is_made_to_wait_and_a_phone_that_has_proved_itself_is_not()
    {
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings
        {
            Settings = ImmutableDictionary<string, string>.Empty.Add("Limits:AgentFailuresPerMinute", $"{Most}"),
        });
        using var agent = await TestAgent.NewAsync(server);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Equal(1, (await agent.SayAsync(1, new ScreenLockSet(false))).Through);
        Assert.InRange(await FailuresUntilLimitedAsync(i => agent.PostAsync(agent.Sign([], device: agent.Device with { Device = new DeviceId(1, (ulong)i) }))), Most, 2 * Most);
        Assert.Equal(2, (await agent.SayAsync(2, new ScreenLockSet(true))).Through);
        Assert.InRange(await FailuresUntilLimitedAsync(i => TestAgent.EnrolAsync(server.Anonymous, $"at_{i + 1}_{new string('0', 32)}", key)), 0, 2 * Most);
    }

    /// <summary>How many were refused before one was made to wait; a minute may begin meanwhile.</summary>
    private static async Task<int> FailuresUntilLimitedAsync(Func<int, Task<HttpResponseMessage>> send)
    {
        for (var failures = 0; ; failures++)
        {
            using var answer = await send(failures);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
                return failures;
            }
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }
    }
}
