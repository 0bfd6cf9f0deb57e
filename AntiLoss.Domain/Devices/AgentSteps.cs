using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Guards;
using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>What an item of an agent's outbox does to its phone.</summary>
internal static class AgentSteps
{
    public static DeviceStep Report(DeviceState state, OpenChunk chunk, AgentReported reported, in DeviceEntry entry, DevicePolicy policy)
    {
        if (state.Guards?.Agent is not { } agent || reported.Enrolment > agent.Enrolment)
            return new DeviceStep(state, chunk) { Refusal = "the phone has no such enrolment" };
        if (reported.Enrolment < agent.Enrolment)
            return Place(new DeviceStep(state, chunk), reported, entry, live: false);

        if (agent.IsFull && agent.FindOutbox(reported.Outbox) is null)
            return new DeviceStep(state, chunk) { Refusal = "the phone has lost its outbox too often: it has to enrol again" };
        var outbox = agent.FindOutbox(reported.Outbox)
            ?? new Outbox(reported.Outbox, agent.Outboxes.IsEmpty ? 1 : agent.Outboxes[^1].Order + 1);
        if (reported.IsGap)
            return new DeviceStep(With(state, agent.With(outbox.WithoutUpTo(reported.Sequence))), chunk);
        switch (outbox.Judge(reported.Sequence))
        {
            case SequenceVerdict.Repeat:
                return new DeviceStep(state, chunk) { IsDuplicate = true };
            case SequenceVerdict.Beyond:
                return new DeviceStep(state, chunk) { IsBeyond = true };
            default:
                break;
        }
        var silence = state.Silence;
        state = With(state, agent.With(outbox.With(reported.Sequence)));
        var step = Place(new DeviceStep(state, chunk), reported, entry, live: true);

        var order = new EventOrder(agent.Enrolment, outbox.Order, reported.Sequence);
        var guards = new GuardStep(step.State, policy, entry.ReceivedAt, HappenedAt(state, reported, entry.ReceivedAt),
            $"{reported.Enrolment}.{reported.Outbox:x}.{reported.Sequence}");
        // Before contact clears the darkness: a forced one stays, and with it the deadline that it started.
        if (reported.Event is Booted booted)
            guards.ReviseSilence(silence, booted, order);
        guards.Heard(order);
        if (reported.Event is { } said)
            guards.Say(said, order);
        return step with { State = guards.Finish() };
    }

    /// <summary>Takes the item's report into history, and, from the present enrolment, onto the map.</summary>
    private static DeviceStep Place(DeviceStep step, AgentReported reported, in DeviceEntry entry, bool live)
    {
        var before = step.State;
        if (reported.Report is { Place: not null, FixedAt: not null } fix)
            step = FixStep.Apply(before, step.Chunk, fix, entry.ReceivedAt) with { IsDuplicate = false };
        if (!live)
            return step with { State = step.State with { Latest = before.Latest, Candidate = before.Candidate } };
        var heard = reported.Report is { } report
            ? DeviceMachine.Hear(step.State, report, entry.ReceivedAt)
            : step.State with { LastContactAt = entry.ReceivedAt, Presence = Presence.Online };
        return step with { State = heard };
    }

    /// <summary>The phone's own time, if it can be believed: it is shown and never orders anything.</summary>
    private static DateTimeOffset HappenedAt(DeviceState state, AgentReported reported, DateTimeOffset receivedAt) =>
        reported.HappenedAt is { } at && FixStep.IsPossibleTime(at, state.Since, receivedAt) ? at : receivedAt;

    private static DeviceState With(DeviceState state, Agent agent) => state with { Guards = state.Guards! with { Agent = agent } };
}
