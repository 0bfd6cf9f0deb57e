using AntiLoss.Grains.Quarantine;

namespace AntiLoss.Tests.Ingest;

/// <summary>What the quarantine remembers, and what it forgets.</summary>
public sealed class QuarantineStateTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Wrong_passwords_count_from_the_first_until_a_day_passes_without_one()
    {
        var state = new QuarantineState();
        foreach (var hour in new[] { 0, 12, 30 })
            state = state.With(new WrongPassword("phone", "app", "address"), Now.AddHours(hour));
        Assert.Equal((Now, 3), (state.WrongPasswords["phone"].FirstAt, state.WrongPasswords["phone"].Count));
        state = state.With(new WrongPassword("phone", "app", "address"), Now.AddHours(54));
        Assert.Equal((Now.AddHours(54), 1), (state.WrongPasswords["phone"].FirstAt, state.WrongPasswords["phone"].Count));
    }

    [Fact]
    public void Strangers_are_bounded_and_a_blocked_one_is_forgotten_last()
    {
        var state = new QuarantineState().WithBlocked("blocked", blocked: true, Now);
        for (var i = 0; i < QuarantineState.MaxSenders + 10; i++)
            state = state.With(new StrangerMessage($"stranger {i}", "app", "address", i, "hash"), Now.AddSeconds(i));
        for (var i = 0; i < QuarantineState.MaxMessages + 5; i++)
            state = state.With(new StrangerMessage("loud", "app", "address", i, "hash"), Now.AddHours(1));
        Assert.Equal(QuarantineState.MaxSenders, state.Senders.Count);
        Assert.True(state.IsBlocked("blocked"));
        Assert.Equal((QuarantineState.MaxMessages, QuarantineState.MaxMessages + 5), (state.Senders["loud"].Messages.Length, state.Senders["loud"].Count));
        Assert.Equal(5, state.Senders["loud"].Messages[0].Length);
    }
}
