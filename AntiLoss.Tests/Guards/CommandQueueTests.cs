using AntiLoss.Domain.Commands;
using static AntiLoss.Tests.Devices.PhoneStory;

namespace AntiLoss.Tests.Guards;

/// <summary>The rules of the commands of one phone.</summary>
public sealed class CommandQueueTests
{
    [Fact]
    public void What_stops_a_harm_goes_first_and_the_rest_in_order()
    {
        var queue = Of(CommandKind.Message, CommandKind.Wipe, CommandKind.Ring, CommandKind.Lock, CommandKind.DisableFallback);

        Assert.Equal([CommandKind.DisableFallback, CommandKind.Lock, CommandKind.Wipe, CommandKind.Message, CommandKind.Ring],
            queue.ToSend.Select(command => command.Kind));
        Assert.Equal([1L, 2, 3, 4, 5], queue.All.Select(command => command.Counter));
    }

    [Theory]
    [InlineData(CommandKind.Lock, CommandKind.Unlock)]
    [InlineData(CommandKind.Unlock, CommandKind.Lock)]
    [InlineData(CommandKind.SetPolicy, CommandKind.SetPolicy)]
    [InlineData(CommandKind.DisableFallback, CommandKind.DisableFallback)]
    [InlineData(CommandKind.RebindSim, CommandKind.RebindSim)]
    public void A_newer_desired_state_cancels_the_older_and_does_not_expire(CommandKind older, CommandKind newer)
    {
        var queue = Of(older, newer).Expire(Start.AddYears(1));

        Assert.Equal([CommandState.Cancelled, CommandState.Queued], queue.All.Select(command => command.State));
    }

    [Theory]
    [InlineData(CommandKind.Locate, 10 * 60)]
    [InlineData(CommandKind.Ring, 5 * 60)]
    public void A_second_one_joins_the_first_until_that_expires(CommandKind kind, int seconds)
    {
        var queue = Of(kind, kind);
        Assert.Single(queue.All);

        Assert.Equal(2, queue.Add(New(kind, 9) with { At = Start.AddSeconds(seconds) }, 1).Queue.All.Length);
    }

    [Theory]
    [InlineData(CommandKind.Locate, 10 * 60)]
    [InlineData(CommandKind.Ring, 5 * 60)]
    [InlineData(CommandKind.Message, 24 * 3600)]
    [InlineData(CommandKind.Wipe, 7 * 86_400)]
    public void A_command_expires_at_its_time_and_not_before(CommandKind kind, int seconds)
    {
        Assert.Equal(CommandState.Queued, Of(kind).Expire(Start.AddSeconds(seconds - 1)).All.Single().State);
        Assert.Equal(CommandState.Expired, Of(kind).Expire(Start.AddSeconds(seconds)).All.Single().State);
    }

    [Fact]
    public void A_receipt_never_moves_a_command_back_and_what_is_finished_stays_so()
    {
        var queue = Of(CommandKind.Ring).Told("1", CommandState.Succeeded, null, Start).Told("1", CommandState.Acknowledged, null, Start)
            .Told("1", CommandState.Failed, "busy", Start).Cancel(_ => true, Start, "cancelled").Expire(Start.AddDays(1)).Reenrolled(Start);

        Assert.Equal((CommandState.Succeeded, null), (queue.All.Single().State, queue.All.Single().Code));
    }

    [Fact]
    public void Only_what_the_phone_has_not_acknowledged_is_cancelled()
    {
        var queue = Of(CommandKind.Wipe, CommandKind.Message).Told("1", CommandState.Acknowledged, null, Start).Cancel(_ => true, Start, "cancelled");

        Assert.Equal([CommandState.Acknowledged, CommandState.Cancelled], queue.All.Select(command => command.State));
    }

    [Fact]
    public void A_new_enrolment_cancels_what_was_queued_and_counts_from_1()
    {
        var queue = Of(CommandKind.Lock, CommandKind.Message).Reenrolled(Start).Add(New(CommandKind.Lock, 9), 2).Queue;

        Assert.Equal([CommandState.Cancelled, CommandState.Cancelled, CommandState.Queued], queue.All.Select(command => command.State));
        Assert.Equal((1L, 2), (queue.All[^1].Counter, queue.All[^1].Enrolment));
    }

    private static CommandQueue Of(params CommandKind[] kinds) =>
        kinds.Select((kind, i) => New(kind, i + 1)).Aggregate(CommandQueue.Empty, (queue, command) => queue.Add(command, 1).Queue);

    private static Command New(CommandKind kind, int id) => new() { Id = $"{id}", Kind = kind, By = "olga", At = Start };
}
