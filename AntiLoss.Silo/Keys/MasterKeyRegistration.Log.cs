using Microsoft.Extensions.Logging;

namespace AntiLoss.Silo.Keys;

internal static partial class MasterKeyRegistration
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Made new master keys. Keep a copy of their passphrase {PassphraseFile} apart from the data: without it every phone must be set up anew")]
    private static partial void LogMade(ILogger logger, string passphraseFile);
}
