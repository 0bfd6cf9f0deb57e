using Microsoft.Extensions.Logging;

namespace AntiLoss.Silo.Storage.Sqlite;

internal sealed partial class SqliteWriter
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Storage takes no writes: {Trouble}")]
    private static partial void LogTrouble(ILogger logger, string trouble, Exception cause);

    [LoggerMessage(Level = LogLevel.Information, Message = "Storage takes writes again")]
    private static partial void LogRecovered(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A write failed alone; the others of its transaction were kept")]
    private static partial void LogFailedAlone(ILogger logger, Exception cause);
}
