using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Carriers;

/// <summary>Where requests to carriers go. Section <c>AntiLoss:Carrier</c>.</summary>
public sealed class CarrierOptions
{
    public const string Section = "AntiLoss:Carrier";

    /// <summary>
    /// Address that takes requests to suspend, resume and report lines: <c>https://…</c>, or <c>http://</c> on this machine.
    /// Default: none; requests are recorded with their line for people to pass on. Each costs a request, more while it
    /// does not answer.
    /// </summary>
    public string? Webhook { get; init; }

    /// <summary>What signs those requests; at least 32 characters, random. Needed with <see cref="Webhook"/>; whoever has it can pretend to be this server.</summary>
    public string? Secret { get; init; }
}

/// <summary>Checks at start that no request would cross a network readable or unsigned.</summary>
internal sealed class CarrierOptionsValidator : IValidateOptions<CarrierOptions>
{
    private const int ShortestSecret = 32;

    public ValidateOptionsResult Validate(string? name, CarrierOptions options)
    {
        if (string.IsNullOrEmpty(options.Webhook))
            return ValidateOptionsResult.Success;
        if (!Uri.TryCreate(options.Webhook, UriKind.Absolute, out var address) || !(address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            return ValidateOptionsResult.Fail("Carrier:Webhook takes an https address; http on this machine only.");
        return options.Secret?.Length >= ShortestSecret
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Carrier:Secret signs what goes to Carrier:Webhook: at least {ShortestSecret} characters.");
    }
}
