namespace AntiLoss.Grains.Storage;

/// <summary>Makes deletion certain, for storages that leave traces of what was deleted.</summary>
public interface IErasure
{
    /// <summary>Once it completes, nothing that was deleted before is anywhere in the storage's files. Repeating it costs a look at all of them.</summary>
    /// <exception cref="StorageUnavailableException">Something stood in the way; try again later.</exception>
    Task EraseAsync(CancellationToken cancellationToken = default);
}
