namespace AntiLoss.Grains.Quarantine;

/// <summary>
/// Keeps <see cref="QuarantineState"/>. What a stranger does is written every few seconds, so that nobody can make the
/// disk busy by being refused; what an operator does is written before it is answered.
/// </summary>
[GrainType("quarantine")]
internal sealed class QuarantineGrain(
    [PersistentState("quarantine")] IPersistentState<QuarantineState> quarantine,
    TimeProvider time) : Grain, IQuarantineGrain
{
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(5);

    private bool _isChanged;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        this.RegisterGrainTimer(SaveIfChangedAsync, new() { DueTime = SaveEvery, Period = SaveEvery });
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => SaveIfChangedAsync(cancellationToken);

    public ValueTask<ImmutableArray<bool>> KeepAsync(ImmutableArray<StrangerMessage> messages, CancellationToken cancellationToken = default)
    {
        var now = time.GetUtcNow();
        var kept = ImmutableArray.CreateBuilder<bool>(messages.Length);
        foreach (var message in messages)
        {
            var isBlocked = quarantine.State.IsBlocked(message.Sender);
            kept.Add(!isBlocked);
            if (!isBlocked)
                Change(quarantine.State.With(message, now));
        }
        return ValueTask.FromResult(kept.DrainToImmutable());
    }

    public ValueTask<DateTimeOffset> NoteWrongPasswordAsync(WrongPassword wrong, CancellationToken cancellationToken = default)
    {
        Change(quarantine.State.With(wrong, time.GetUtcNow()));
        return ValueTask.FromResult(quarantine.State.WrongPasswords[wrong.Device].FirstAt);
    }

    public async ValueTask BlockAsync(string sender, bool blocked, CancellationToken cancellationToken = default)
    {
        Change(quarantine.State.WithBlocked(sender, blocked, time.GetUtcNow()));
        await SaveIfChangedAsync(cancellationToken);
    }

    public ValueTask<ImmutableArray<Stranger>> ListAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<ImmutableArray<Stranger>>([.. quarantine.State.Senders.Values.OrderByDescending(sender => sender.LastAt)]);

    public ValueTask<ImmutableArray<WrongPasswordMark>> ListWrongPasswordsAsync(CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<ImmutableArray<WrongPasswordMark>>([.. quarantine.State.WrongPasswords.Values.OrderByDescending(mark => mark.LastAt)]);

    private void Change(QuarantineState state)
    {
        quarantine.State = state;
        _isChanged = true;
    }

    private async Task SaveIfChangedAsync(CancellationToken cancellationToken)
    {
        if (!_isChanged)
            return;
        await quarantine.WriteStateAsync(cancellationToken);
        _isChanged = false;
    }
}
