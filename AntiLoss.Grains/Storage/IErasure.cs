namespace AntiLoss.Grains.Storage;

/// <summary>What deleting leaves to do, for storages that keep the space and leave traces of what was deleted.</summary>
public interface IErasure
{
    /// <summary>Gives space that nothing needs any more back to the disk; writes go on meanwhile.</summary>
    /// <exception cref="StorageUnavailableException">Something stood in the way; try again later.</exception>
    Task GiveBackAsync(CancellationToken cancellationToken = default);

    /// <summary>Gives space back too. Once it completes, nothing that was deleted before is anywhere in the storage's files. Repeating it costs a look at all of them.</summary>
    /// <exception cref="StorageUnavailableException">Something stood in the way; try again later.</exception>
    Task EraseAsync(CancellationToken cancellationToken = default);
}
