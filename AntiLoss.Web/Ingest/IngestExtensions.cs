using AntiLoss.Web.Accounts;
using AntiLoss.Web.Ingest.Agents;
using AntiLoss.Web.Ingest.Phones;
using AntiLoss.Web.Ingest.Submission;
using AntiLoss.Web.Ingest.Transports;
using Microsoft.Extensions.Options;
using MQTTnet.AspNetCore;
using MQTTnet.Server;

namespace AntiLoss.Web.Ingest;

/// <summary>The way in for phones: HTTP, MQTT, and an operator's programs.</summary>
public static class IngestExtensions
{
    /// <summary>How long an MQTT connection may last without having said who it is.</summary>
    private static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(30);

    /// <summary>Adds what <see cref="UseIngest"/> and <see cref="MapIngest"/> need.</summary>
    public static IHostApplicationBuilder AddIngest(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<LimitOptions>().BindConfiguration(LimitOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<LimitOptions>, LimitOptionsValidator>();
        services.AddSingleton<IngestInstruments>();
        services.AddSingleton<ReportSubmitter>();
        services.AddSingleton<StrangerDoor>();
        services.AddSingleton<PhoneReception>();
        services.AddSingleton<Friends>();
        services.AddSingleton<AppOrders>();
        services.AddSingleton<OwnTracksHttp>();
        services.AddSingleton<OwnTracksMqtt>();
        services.AddSingleton<MqttNews>();
        services.AddHostedService(provider => provider.GetRequiredService<MqttNews>());
        services.AddSingleton<AgentMqtt>();
        services.AddHostedService(provider => provider.GetRequiredService<AgentMqtt>());
        services.AddSingleton<MqttDoor>();
        services.AddHostedMqttServer(mqtt => mqtt.WithoutDefaultEndpoint().WithDefaultCommunicationTimeout(ConnectWithin));
        services.AddMqttConnectionHandler();
        services.AddConnections();
        services.AddSingleton<OsmAndHttp>();
        services.AddSingleton<PhonePaths>();
        services.AddExceptionHandler<PhoneExceptions>();
        services.AddSingleton<ReportsApi>();
        services.AddSingleton<AgentInstruments>();
        services.AddSingleton<AddressLimit>();
        services.AddSingleton<AgentDoor>();
        services.AddSingleton<AgentExchange>();
        services.AddSingleton<AgentHttp>();
        services.AddSingleton<EnrolmentHolds>();
        services.AddSingleton<AgentEnrolment>();
        services.PostConfigure<LoggerFilterOptions>(KeepRequestsOutOfLogs);
        return builder;
    }

    /// <summary>
    /// A phone's password is in its Authorization header or in the query: neither may reach a log, whatever level is
    /// switched on for everything. A rule that names its log goes before one for all, so there is one for each name.
    /// </summary>
    private static void KeepRequestsOutOfLogs(LoggerFilterOptions options)
    {
        foreach (var log in options.Rules.Select(rule => rule.ProviderName).Append(null).Distinct().ToArray())
        {
            foreach (var category in (string[])["Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Server.Kestrel.BadRequests"])
                options.Rules.Add(new LoggerFilterRule(log, category, LogLevel.Warning, filter: null));
        }
    }

    /// <summary>
    /// Answers phones. Stands before routing and authentication, of which phones need neither: 15,000 of them a second
    /// would pay for both.
    /// </summary>
    public static IApplicationBuilder UseIngest(this IApplicationBuilder app)
    {
        var ownTracks = app.ApplicationServices.GetRequiredService<OwnTracksHttp>();
        var osmAnd = app.ApplicationServices.GetRequiredService<OsmAndHttp>();
        var paths = app.ApplicationServices.GetRequiredService<PhonePaths>();
        app.ApplicationServices.GetRequiredService<MqttDoor>().Serve(app.ApplicationServices.GetRequiredService<MqttServer>());
        return app.Use(next => context => paths.Of(context) switch
        {
            PhonePath.None => next(context),
            PhonePath.OsmAndPort => osmAnd.HandleAsync(context),
            PhonePath.OsmAnd when IsPost(context) || HttpMethods.IsGet(context.Request.Method) => osmAnd.HandleAsync(context),
            PhonePath.OsmAnd => RefuseMethod(context, "GET, POST"),
            _ when IsPost(context) => ownTracks.HandleAsync(context),
            _ => RefuseMethod(context, "POST"),
        });
    }

    /// <summary>Maps the endpoint of operators' programs.</summary>
    public static IEndpointRouteBuilder MapIngest(this IEndpointRouteBuilder endpoints)
    {
        var reports = endpoints.ServiceProvider.GetRequiredService<ReportsApi>();
        endpoints.MapPost("/api/v1/reports", (Delegate)((HttpContext context) => reports.HandleAsync(context)))
            .WithName("SendReports")
            .WithTags("Reports")
            .WithSummary("Sends reports of many phones; 200 with a result for each if none of them has to be sent again, else 503.")
            .Produces<ReportResults>()
            .Produces<ReportResults>(StatusCodes.Status503ServiceUnavailable)
            .ProducesValidationProblem()
            .RequireAuthorization(Access.Report);
        // An agent's signature, or its one-time code, is its authentication.
        var agents = endpoints.MapGroup("/agent/v1").WithTags("Agents").AllowAnonymous();
        agents.MapPost("/exchange", (HttpContext context, AgentHttp agents, CancellationToken cancellationToken, int? wait = null) =>
                agents.HandleAsync(context, wait, cancellationToken))
            .WithName("Exchange").WithSummary("Takes a phone's signed envelope; answers what it may forget and what is wanted of it.")
            .Produces<AgentReply>();
        agents.MapPost("/enrol", (EnrolRequest body, HttpContext context, AgentEnrolment enrolment, CancellationToken cancellationToken) =>
                enrolment.HandleAsync(body, context, cancellationToken))
            .WithName("EnrolAgent").WithSummary("Enrols a phone's agent by a one-time code, or by a fleet's token if the phone is in the list; else it waits for an operator.")
            .Produces<EnrolledAgent>().Produces<EnrolmentWaits>(StatusCodes.Status202Accepted);
        return endpoints;
    }

    private static bool IsPost(HttpContext context) => HttpMethods.IsPost(context.Request.Method);

    private static Task RefuseMethod(HttpContext context, string allowed)
    {
        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
        context.Response.Headers.Allow = allowed;
        return Task.CompletedTask;
    }
}
