using AntiLoss.Grains.Shards;

namespace AntiLoss.Web.Wake;

/// <summary>Waking sleeping phones over push services.</summary>
internal static class WakeExtensions
{
    public static IHostApplicationBuilder AddWake(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddOptions<WakeOptions>().BindConfiguration(WakeOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<PushServices>();
        services.AddSingleton<WakeInstruments>();
        services.AddSingleton<WakeDesk>();
        services.AddSingleton<IWakeDesk>(provider => provider.GetRequiredService<WakeDesk>());
        services.AddHostedService(provider => provider.GetRequiredService<WakeDesk>());
        return builder;
    }
}
