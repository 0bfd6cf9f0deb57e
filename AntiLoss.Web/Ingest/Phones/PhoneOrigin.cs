namespace AntiLoss.Web.Ingest.Phones;

/// <summary>Where a message came from.</summary>
/// <param name="App">The app, as it names itself, at most 100 characters.</param>
/// <param name="Address">The peer's IP address.</param>
/// <param name="DropsWhatIsRefused">OwnTracks for iOS, which deletes a queued message on any 4xx answer.</param>
internal readonly record struct PhoneOrigin(string App, string Address, bool DropsWhatIsRefused)
{
    private const int MaxAppLength = 100;

    public static PhoneOrigin Of(HttpContext context)
    {
        var app = context.Request.Headers.UserAgent.ToString();
        return new PhoneOrigin(
            app.Length <= MaxAppLength ? app : app[..MaxAppLength],
            context.Connection.RemoteIpAddress?.ToString() ?? "",
            context.Request.Headers.ContainsKey("X-Limit-D") && !app.StartsWith("Owntracks-Android", StringComparison.OrdinalIgnoreCase));
    }
}
