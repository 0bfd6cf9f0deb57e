namespace AntiLoss.Grains.Storage;

/// <summary>
/// The storage cannot be reached or written now (disk full, file locked or read-only, service gone). Nothing was
/// acknowledged; the same call may succeed later.
/// </summary>
[GenerateSerializer, Alias("storage-unavailable")]
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException(string message) : base(message)
    {
    }

    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException)
    {
    }
}

/// <summary>A later writer has taken the shard's log over: this one must stop.</summary>
[GenerateSerializer, Alias("log-fenced")]
public sealed class LogFencedException : Exception
{
    public LogFencedException(string message) : base(message)
    {
    }

    public LogFencedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
