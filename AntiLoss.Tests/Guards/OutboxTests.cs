using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Tests.Devices;
using CsCheck;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>The window of an outbox against a plain set of numbers, and what a phone with many outboxes may not do.</summary>
public sealed class OutboxTests
{
    [Fact]
    public void The_window_knows_what_a_set_knows() =>
        Gen.Select(Gen.Long[1, 1_500], Gen.Int[0, 20]).Array[1, 60].Sample(steps =>
        {
            var (outbox, known) = (new Outbox(7, 1), new HashSet<long>());
            foreach (var (sequence, kind) in steps)
            {
                if (kind == 0)
                {
                    outbox = outbox.WithoutUpTo(sequence);
                    for (var lost = 1L; lost <= sequence; lost++)
                        known.Add(lost);
                    continue;
                }
                var through = 0L;
                while (known.Contains(through + 1))
                    through++;
                var verdict = known.Contains(sequence) ? SequenceVerdict.Repeat
                    : sequence > through + Outbox.Window ? SequenceVerdict.Beyond : SequenceVerdict.New;
                Assert.Equal((through, verdict), (outbox.Through, outbox.Judge(sequence)));
                if (verdict == SequenceVerdict.New)
                    (outbox, _) = (outbox.With(sequence), known.Add(sequence));
            }
        }, iter: 2_000);

    [Fact]
    public void An_event_of_an_old_outbox_is_never_news_again()
    {
        var phone = new PhoneStory().Guard();
        for (var outbox = 100UL; outbox < 110; outbox++)
            phone.Deliver(1, new AgentTampered($"in {outbox}"), 10, outbox: outbox);
        phone.Act(by => new SuspicionDismissed(by, "tested"), 20).Deliver(1, new AgentTampered("in 100"), 30, outbox: 100);

        Assert.True(phone.Last.IsDuplicate);
        Assert.Equal(Protection.Armed, phone.Guards.Protection);
    }

    [Fact]
    public void A_phone_that_loses_its_outbox_without_end_has_to_enrol_again()
    {
        var phone = new PhoneStory().Guard();
        for (var outbox = 100UL; outbox < 400; outbox++)
            phone.Deliver(1, new PinSet(), 10, outbox: outbox);

        Assert.Contains("enrol again", phone.Last.Refusal, StringComparison.Ordinal);
        phone.Deliver(2, new PinSet(), 11, outbox: 300);
        Assert.Null(phone.Last.Refusal);
    }
}
