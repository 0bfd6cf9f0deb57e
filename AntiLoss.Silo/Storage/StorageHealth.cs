namespace AntiLoss.Silo.Storage;

/// <summary>Whether the storage takes writes, for health checks and the operator's page.</summary>
public sealed class StorageHealth
{
    private volatile string? _trouble;

    /// <summary>One sentence for the operator while writes fail; null while they succeed.</summary>
    public string? Trouble => _trouble;

    /// <summary>Answers whether this is news.</summary>
    internal bool Report(string? trouble) => Interlocked.Exchange(ref _trouble, trouble) != trouble;
}
