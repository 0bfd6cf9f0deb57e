using AntiLoss.Web.Accounts;
using AntiLoss.Web.Api.Incidents;
using AntiLoss.Web.Api.Positions;

namespace AntiLoss.Web.Api;

/// <summary>The REST API, <c>/api/v1</c>.</summary>
public static class ApiExtensions
{
    public static IHostApplicationBuilder AddApi(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<OrganizationChanges>();
        services.AddSingleton<DeviceRows>();
        services.AddSingleton<DeviceOperations>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<GuardActs>();
        services.AddSingleton<LineActs>();
        services.AddSingleton<PositionReader>();
        services.AddSingleton<IncidentGathering>();
        services.AddSingleton<IncidentFile>();
        services.AddSingleton<DeviceImport>();
        services.AddProblemDetails();
        services.AddExceptionHandler<ApiExceptions>();
        // A body that cannot be read reaches ApiExceptions, which names the field, instead of an empty 400.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", ApiDescription.Configure);
        return builder;
    }

    /// <summary>Maps the API, its description at <c>/openapi/v1.json</c>, and 404 for whatever else begins with <c>/api</c>.</summary>
    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapOpenApi("/openapi/{documentName}.json").RequireAuthorization(Access.SignedIn);
        var api = endpoints.MapGroup("/api/v1").AddEndpointFilter(OriginRule.FilterAsync);
        api.MapSetup();
        api.MapSession();
        api.MapAccount();
        api.MapOrganizations();
        api.MapFleets();
        api.MapFleetPolicies();
        api.MapPeople();
        api.MapApiKeys();
        api.MapDevices();
        api.MapGuards();
        api.MapCommands();
        api.MapAccounts();
        api.MapAlerts();
        api.MapIncidents();
        api.MapAudit();
        api.MapSims();
        api.MapEnrolmentCodes();
        api.MapRecoveryCodes();
        api.MapAdmissions();
        api.MapDeviceFiles();
        api.MapPositions();
        api.MapDeadLetters();
        api.MapQuarantine();
        // The console's pages answer every other path: a mistyped API path must not answer with a page.
        endpoints.Map("/api/{**rest}", Unmatched.Answer).RequireAuthorization(Access.SignedIn).ExcludeFromDescription();
        return endpoints;
    }
}
