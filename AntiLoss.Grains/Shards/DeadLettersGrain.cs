using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>Reads dead letters where the storage is.</summary>
[GrainType("dead-letters")]
public sealed class DeadLettersGrain(DeadLetters letters) : Grain, IDeadLettersGrain
{
    private const int MaxPage = 500;

    /// <inheritdoc/>
    public ValueTask<ImmutableArray<DeadLetter>> ReadAsync(string? before, int limit, CancellationToken cancellationToken) =>
        letters.ReadAsync(Organization, before, Math.Clamp(limit, 1, MaxPage), cancellationToken);

    /// <inheritdoc/>
    public ValueTask<byte[]?> ReadBytesAsync(DeviceId id, CancellationToken cancellationToken) =>
        letters.ReadBytesAsync(Organization, id.ToString(), cancellationToken);

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());
}
