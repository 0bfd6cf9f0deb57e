using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Alerts;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Guards;
using AntiLoss.Tests.Devices;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>Who may read out a recovery code, and how often.</summary>
public sealed class RecoveryTests
{
    private const double Day = 86_400;
    private static readonly RecoveryCall Call = new(RecoveryPurpose.NewPin, "12345678", CallerCheck.InPerson);

    [Fact]
    public void A_guarded_phone_s_code_takes_one_person_and_is_the_same_one_while_its_challenge_lives()
    {
        var phone = Ask(new PhoneStory().Guard(), at: 100);
        Assert.Equal(("olga", null, 1), (phone.Guards.RecoveryGrants.Single().By, phone.Guards.RecoveryGrants.Single().AgreedBy, phone.Guards.RecoveryGrants.Single().Enrolment));
        Assert.Contains(phone.State.Outbox, effect => effect is AlertRaised { Kind: "RecoveryCodeAsked", Severity: Severity.Info });
        Assert.Contains(phone.State.Outbox, effect => effect is Audited { Action: "recovery-code-asked", Actor: "olga", After: "NewPin, InPerson" });

        Assert.Single(Ask(phone, at: 900).Guards.RecoveryGrants);
        Assert.Equal(2, Ask(phone, at: 1_000).Guards.RecoveryGrants.Length);
    }

    [Fact]
    public void A_suspected_or_lost_phone_s_code_takes_another_person()
    {
        foreach (var phone in (PhoneStory[])[new PhoneStory().Guard().Say(new AgentTampered("root"), 90), new PhoneStory().Guard().Act(by => new LossDeclared(by, "stolen"), 90)])
        {
            Ask(phone, at: 100);
            Assert.Empty(phone.Guards.RecoveryGrants);
            Assert.Contains(phone.State.Outbox, effect => effect is AlertRaised { Kind: "RecoveryCodeAsked", Severity: Severity.Warning });
            var pending = phone.Guards.Pending!;
            Assert.Equal(Call, pending.Recovery);
            Assert.Equal(pending, Ask(phone, at: 105).Guards.Pending);
            Assert.NotNull(phone.Act(by => new ActionAgreed(by, "yes", pending.Id), 110).Last.Refusal);
            Assert.Empty(phone.Guards.RecoveryGrants);
            phone.Act(by => new ActionAgreed(by, "yes", pending.Id), 120, by: "boris");
            Assert.Equal(("olga", "boris"), (phone.Guards.RecoveryGrants.Single().By, phone.Guards.RecoveryGrants.Single().AgreedBy));
            Assert.Null(phone.Guards.Pending);
        }
    }

    [Fact]
    public void A_phone_gets_five_a_day()
    {
        var phone = new PhoneStory().Guard();
        for (var i = 0; i < 5; i++)
            Assert.Null(Ask(phone, at: 100 + i, Call with { Challenge = $"0000000{i}" }).Last.Refusal);
        Assert.Contains("5 recovery codes a day", Ask(phone, at: 200).Last.Refusal, StringComparison.Ordinal);
        Assert.Null(Ask(phone, at: 100 + Day).Last.Refusal);
        Assert.Equal(5, phone.Guards.RecoveryGrants.Length);
    }

    [Fact]
    public void A_program_a_phone_without_agent_and_a_new_enrolment_s_old_code_get_none()
    {
        Assert.NotNull(new PhoneStory().Guard().Operate(new RecoveryCodeAsked(new Operator("key-1"), "locked out", Call), 100).Last.Refusal);
        Assert.NotNull(Ask(new PhoneStory().Enrol(), at: 100).Last.Refusal);

        var grant = Ask(new PhoneStory().Guard(), at: 100).Guards.RecoveryGrants.Single();
        bool Covers(string who = "olga", int enrolment = 1, double at = 200) => grant.Covers(who, Call.Purpose, Call.Challenge, enrolment, Start.AddSeconds(at));
        Assert.True(Covers());
        Assert.False(Covers(who: "boris"));
        Assert.False(Covers(enrolment: 2));
        Assert.False(Covers(at: 1_000));
    }

    private static PhoneStory Ask(PhoneStory phone, double at, RecoveryCall? call = null) => phone.Act(by => new RecoveryCodeAsked(by, "locked out", call ?? Call), at);
}
