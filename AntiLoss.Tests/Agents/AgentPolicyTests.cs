using System.Net;
using System.Net.Http.Json;
using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Commands;
using AntiLoss.Domain.Devices;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Agents;

/// <summary>A phone is given the policy of exactly the version that its command names, under the command's signature.</summary>
public sealed class AgentPolicyTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_phone_is_given_each_policy_in_its_command_and_the_newest_once_it_has_confirmed_another()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var owner = await server.SignedInAsync();
        await SetAsync(owner, new { pinFailuresToTamper = 4, offlineLockAfter = 7_200, reporting = new { moving = 20 } });
        using var agent = await TestAgent.NewAsync(server);

        var first = await PolicyAsync(agent, DevicePolicy.Default.Version);
        Assert.Equal((4, 7_200, 20, 900), (first.PinFailuresToTamper, first.OfflineLockAfter, first.Reporting.Moving, first.Reporting.Still));
        await agent.TellAsync(new PolicyApplied(first.Version));

        await SetAsync(owner, new { hours = new { timeZone = "Europe/Berlin", shifts = new[] { new { day = "friday", from = "22:00", until = "06:00" } } } });
        var second = await PolicyAsync(agent, first.Version);
        Assert.Equal((first.Version + 1, 5), (second.Version, second.PinFailuresToTamper));
        Assert.Equal(("Europe/Berlin", new PolicyShift(DayOfWeek.Friday, 22 * 60, 6 * 60)), (second.Hours!.TimeZone, second.Hours.Shifts.Single()));
    }

    [Fact]
    public void What_a_phone_goes_by_arrives_as_it_was_set()
    {
        var policy = new DevicePolicy(7)
        {
            Reporting = new ReportingPolicy { Moving = TimeSpan.FromSeconds(11), LostOnLowBattery = TimeSpan.FromSeconds(12), SuspectedFor = TimeSpan.FromSeconds(13) },
            LockOnSuspected = false,
            OfflineLockAfter = TimeSpan.FromHours(2),
            ReseatWithin = TimeSpan.FromSeconds(14),
            PinFailuresToTamper = 6,
            ForeignSimTries = 7,
            FallbackWithinKeptEnabled = TimeSpan.FromSeconds(15),
            FallbackWithinOnDemand = TimeSpan.FromSeconds(16),
            EsimMegabytesPerDay = 17,
            OwnSimInOtherPhone = OwnSimRule.Refuse,
            Hours = new WorkingHours("Asia/Shanghai", [new Shift(DayOfWeek.Monday, 60, 120)]),
        };
        Assert.True(policy.IsSameAs(PolicyMessage.Of(policy).ToPolicy()));
        Assert.Equal(7, PolicyMessage.Of(policy).ToPolicy().Version);
    }

    private static async Task SetAsync(HttpClient owner, object policy)
    {
        using var answer = await owner.PutAsJsonAsync("/api/v1/fleets/1/policy", policy, Stop);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    /// <summary>The policy that a command brings once it is newer than the one that the phone has.</summary>
    private static async Task<PolicyMessage> PolicyAsync(TestAgent agent, int known)
    {
        PolicyMessage? policy = null;
        // A silo's copy of the policies is a moment old.
        await Eventually.TrueAsync(
            async () => (policy = (await agent.TellAsync(new AirplaneModeSet(false, false))).Commands.Select(agent.Open).SingleOrDefault(command => command.Kind == CommandKind.SetPolicy)?.Policy) is not null
                && policy.Version > known,
            "the policy has come");
        return policy!;
    }
}
