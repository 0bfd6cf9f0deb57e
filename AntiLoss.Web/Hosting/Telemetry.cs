using System.Diagnostics;
using AntiLoss.Web.Accounts;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AntiLoss.Web.Hosting;

/// <summary>Metrics, traces and logs: to a collector where one is set, metrics at <c>/metrics</c> always.</summary>
internal static class Telemetry
{
    private static readonly string[] _meters =
        ["AntiLoss.*", "Microsoft.Orleans", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    public static IHostApplicationBuilder AddTelemetry(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<MetricsAccess>();
        var options = builder.Configuration.GetSection(TelemetryOptions.Section).Get<TelemetryOptions>() ?? new TelemetryOptions();
        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("antiloss", serviceVersion: typeof(Telemetry).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics.AddMeter(_meters).AddPrometheusExporter());
        if (options.OtlpEndpoint is not { Length: > 0 } setting)
            return builder;
        if (!Uri.TryCreate(setting, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            throw new OptionsValidationException(TelemetryOptions.Section, typeof(TelemetryOptions), [$"{TelemetryOptions.Section}:OtlpEndpoint is '{setting}'; it must begin with http:// or https://."]);
        telemetry
            .WithTracing(traces => traces
                .AddSource("AntiLoss.*", "Microsoft.Orleans.Application")
                .AddAspNetCoreInstrumentation()
                .AddProcessor<QueryRemover>()
                .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceShare))))
            .WithLogging()
            .UseOtlpExporter(OpenTelemetry.Exporter.OtlpExportProtocol.Grpc, endpoint);
        builder.Services.AddSingleton<QueryRemover>();
        return builder;
    }

    /// <summary>Maps <c>/metrics</c>, for those whom <see cref="MetricsAccess"/> allows; everyone else gets 401.</summary>
    public static void MapMetrics(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPrometheusScrapingEndpoint(MetricsAccess.Path).AllowAnonymous();

    public static void UseMetricsAccess(this IApplicationBuilder app) => app.UseWhen(
        context => context.Request.Path.StartsWithSegments(MetricsAccess.Path, StringComparison.OrdinalIgnoreCase),
        branch => branch.Use((context, next) =>
        {
            if (context.RequestServices.GetRequiredService<MetricsAccess>().Allows(context))
                return next(context);
            return Refusal.WriteAsync(context, StatusCodes.Status401Unauthorized, "Metrics are read from the server's own machine, with Telemetry:MetricsToken, or by the installation's owner.");
        }));

    /// <summary>OsmAnd's credentials are in the query: no span keeps one.</summary>
    private sealed class QueryRemover : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            data.SetTag("url.query", null);
            data.SetTag("url.full", null);
            data.SetTag("http.target", null);
            data.SetTag("http.url", null);
        }
    }
}
