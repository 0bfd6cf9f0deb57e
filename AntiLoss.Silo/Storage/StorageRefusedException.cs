namespace AntiLoss.Silo.Storage;

/// <summary>
/// The server must not start on this data folder: it is held by another process, damaged, written by a newer version,
/// or belongs to another configuration. The message is one sentence for the operator; nothing was changed.
/// </summary>
public sealed class StorageRefusedException : Exception
{
    public StorageRefusedException(string message) : base(message)
    {
    }

    public StorageRefusedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
