namespace AntiLoss.Web.Accounts;

internal sealed partial class Setup
{
    [LoggerMessage(LogLevel.Information, "The first organization and its owner were made from the settings")]
    private partial void LogSetUp();

    [LoggerMessage(LogLevel.Warning, "Setup:ApiKey is shorter than {Length} characters: whoever guesses it reads and changes everything of the first organization")]
    private partial void LogShortKey(int length);

    [LoggerMessage(LogLevel.Warning, "Setup:OwnerPassword is shorter than {Length} characters: change it in the console")]
    private partial void LogShortPassword(int length);

    [LoggerMessage(LogLevel.Warning, "Setup:OwnerEmail names no account of the first organization, which has an owner already: the setting changes nothing")]
    private partial void LogOtherOwner();

    [LoggerMessage(LogLevel.Warning, "Setup:OwnerPassword is not the owner's password: the setting changes nothing, the password stays as it is")]
    private partial void LogOtherPassword();

    [LoggerMessage(LogLevel.Warning, "Setup:ApiKey is no key of the first organization, which was set up before: the setting changes nothing, make a key in the console")]
    private partial void LogOtherKey();

    [LoggerMessage(LogLevel.Warning, "Whether this installation has an owner could not be read; it is tried again")]
    private partial void LogNotYet(Exception exception);
}
