using AntiLoss.Domain.Identity;

namespace AntiLoss.Web.Accounts;

public sealed partial class ApiKeys
{
    [LoggerMessage(LogLevel.Warning, "Organization {Organization}: the use of API key {ApiKey} could not be noted")]
    private partial void LogUseNotNoted(OrganizationNumber organization, int apiKey, Exception exception);
}
