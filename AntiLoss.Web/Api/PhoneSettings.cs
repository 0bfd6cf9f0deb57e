using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using QRCoder;

namespace AntiLoss.Web.Api;

/// <summary>Ready settings for the apps, and their QR codes. All of them hold the credential.</summary>
public sealed record PhoneSettings(OwnTracksSettings OwnTracks, TraccarSettings Traccar)
{
    /// <summary>How often a still phone is to speak: the server calls one overdue a little later than that.</summary>
    private const int HeartbeatSeconds = 900;

    internal static PhoneSettings For(DeviceId device, string credential, PublicUrl server)
    {
        var configuration = new OwnTracksConfiguration
        {
            Url = server.Of("ingest/owntracks").ToString(),
            Username = device.ToString(),
            Password = credential,
            DeviceId = device.ToString(),
            TrackerId = device.ToString()[^2..],
            Ping = HeartbeatSeconds / 60,
        };
        var inline = Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(configuration));
        var url = server.Of("ingest/osmand").ToString();
        var id = $"{device}.{credential}";
        var settings = $"id={id}&interval=60&distance=75&angle=30&accuracy=high&heartbeat={HeartbeatSeconds}&buffer=true";
        return new(
            new(configuration.Url, configuration, "owntracks:///config?inline=" + Uri.EscapeDataString(inline)),
            new(url, id, $"org.traccar.client://config?url={Uri.EscapeDataString(url)}&{settings}") { Code = $"{url}?{settings}" });
    }
}

/// <summary>Settings for OwnTracks.</summary>
/// <param name="Url">The address to type.</param>
/// <param name="Otrc">Content of an <c>.otrc</c> file: opened on the phone, OwnTracks imports it.</param>
/// <param name="ConfigUrl">A link that does the same.</param>
public sealed record OwnTracksSettings(string Url, OwnTracksConfiguration Otrc, string ConfigUrl);

/// <summary>OwnTracks' own settings file, as far as we set it; the names are its own.</summary>
public sealed record OwnTracksConfiguration
{
    [JsonPropertyName("_type"), JsonPropertyOrder(-1)]
    public string Type { get; init; } = "configuration";

    /// <summary>3 is HTTP.</summary>
    [JsonPropertyName("mode")]
    public int Mode { get; init; } = 3;

    [JsonPropertyName("url")]
    public required string Url { get; init; }

    [JsonPropertyName("auth")]
    public bool Auth { get; init; } = true;

    [JsonPropertyName("username")]
    public required string Username { get; init; }

    [JsonPropertyName("password")]
    public required string Password { get; init; }

    [JsonPropertyName("deviceId")]
    public required string DeviceId { get; init; }

    [JsonPropertyName("tid")]
    public required string TrackerId { get; init; }

    /// <summary>Minutes after which a still phone reports.</summary>
    [JsonPropertyName("ping")]
    public required int Ping { get; init; }

    /// <summary>1 is significant changes: what a battery bears all day.</summary>
    [JsonPropertyName("monitoring")]
    public int Monitoring { get; init; } = 1;

    /// <summary>The phone may be asked where it is, and while it is lost to report more often; its user sees these settings.</summary>
    [JsonPropertyName("cmd")]
    public bool Commands { get; init; } = true;

    /// <summary>Android: as <see cref="Commands"/>, for changed settings.</summary>
    [JsonPropertyName("remoteConfiguration")]
    public bool RemoteConfiguration { get; init; } = true;

    /// <summary>iOS: as <see cref="Commands"/>, for the place.</summary>
    [JsonPropertyName("allowRemoteLocation")]
    public bool AllowRemoteLocation { get; init; } = true;

    /// <summary>Battery, connection and the like go along.</summary>
    [JsonPropertyName("extendedData")]
    public bool ExtendedData { get; init; } = true;
}

/// <summary>Settings for Traccar Client.</summary>
/// <param name="Url">The server's address to type.</param>
/// <param name="Id">The device identifier to type: id and credential.</param>
/// <param name="DeepLink">A link that sets everything.</param>
public sealed record TraccarSettings(string Url, string Id, string DeepLink)
{
    /// <summary>What the app's own QR scanner reads: the server's address, settings as its query.</summary>
    [JsonIgnore]
    internal string Code { get; init; } = "";
}

/// <summary>QR codes as SVG.</summary>
public sealed record QrCodes(string OwnTracks, string Traccar)
{
    internal static QrCodes Of(PhoneSettings settings) => new(Svg(settings.OwnTracks.ConfigUrl), Svg(settings.Traccar.Code));

    private static string Svg(string text)
    {
        using var code = QRCodeGenerator.GenerateQrCode(Encoding.UTF8.GetBytes(text), QRCodeGenerator.ECCLevel.L);
        using var svg = new SvgQRCode(code);
        return svg.GetGraphic(4, "#000000", "#ffffff", drawQuietZones: true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }
}

/// <summary>A phone with its credential, which is in this answer and nowhere else.</summary>
/// <param name="Credential">What the phone signs in with, its id as the user.</param>
/// <param name="OwnTracksSecret">The key for OwnTracks' encrypted payloads.</param>
public sealed record EnrolledDevice(
    DeviceDetail Detail, string Credential, string OwnTracksSecret, PhoneSettings Settings, QrCodes Qr) : DeviceDetail(Detail)
{
    [JsonIgnore]
    public DeviceDetail Detail { get; } = Detail;
}
