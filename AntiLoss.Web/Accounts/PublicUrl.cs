using AntiLoss.Web.Hosting;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// The address at which phones and people reach this server: what QR codes, settings and links carry. From the setting
/// <c>AntiLoss:PublicUrl</c>, or what the host made out for itself.
/// </summary>
public sealed class PublicUrl
{
    public const string Setting = "AntiLoss:PublicUrl";

    /// <param name="value">An absolute http or https address; a path in it is kept.</param>
    public PublicUrl(Uri value)
    {
        if (!value.IsAbsoluteUri || value.Scheme is not ("http" or "https"))
            throw new ArgumentException($"PublicUrl is '{value}'; it must begin with http:// or https://.", nameof(value));
        Value = value.AbsoluteUri.EndsWith('/') ? value : new Uri(value.AbsoluteUri + "/");
    }

    /// <summary>Ends with a slash.</summary>
    public Uri Value { get; }

    /// <summary>No phone reaches it: the enrolment page warns.</summary>
    public bool IsLocalhost => Value.IsLoopback;

    /// <summary>The address of a path on this server.</summary>
    public Uri Of(string path) => new(Value, path.TrimStart('/'));

    /// <summary>The address for a command that the server does not run: as set, or the first of <c>--urls</c>.</summary>
    internal static PublicUrl From(IConfiguration configuration)
    {
        var url = configuration[Setting] is { Length: > 0 } set ? set : configuration[ListenAddresses.Key]?.Split(';')[0];
        return new(new Uri(url is { Length: > 0 } ? url : "http://localhost:5080", UriKind.RelativeOrAbsolute));
    }
}
