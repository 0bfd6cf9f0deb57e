using AntiLoss.Grains.Sims;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Carriers;

/// <summary>Who takes to carriers what operators want of lines.</summary>
public static class CarriersExtensions
{
    /// <summary>Adds the webhook, if one is set; without it requests are recorded and stay where they are.</summary>
    public static IHostApplicationBuilder AddCarriers(this IHostApplicationBuilder builder)
    {
        builder.Services.AddOptions<CarrierOptions>().BindConfiguration(CarrierOptions.Section).ValidateOnStart();
        builder.Services.AddSingleton<IValidateOptions<CarrierOptions>, CarrierOptionsValidator>();
        if (!string.IsNullOrEmpty(builder.Configuration[$"{CarrierOptions.Section}:{nameof(CarrierOptions.Webhook)}"]))
            builder.Services.AddSingleton<ICarrierConnector, WebhookCarrier>();
        return builder;
    }
}
