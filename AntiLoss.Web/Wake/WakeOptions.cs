using System.ComponentModel.DataAnnotations;

namespace AntiLoss.Web.Wake;

/// <summary>The push services by which sleeping phones are woken; none is needed.</summary>
public sealed class WakeOptions
{
    public const string Section = "AntiLoss:Wake";

    /// <summary>How long a queued command waits for the phone's own contact before a push service is asked to wake it. Default 2 s. Longer spares pushes, and makes commands later.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan After { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Wakes within this time of the last one are spared while the phone has not been heard since. Default 30 s. Shorter
    /// costs pushes, of which services allow so many a phone.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan NotAgainWithin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The JSON file of a service account that may send over Firebase Cloud Messaging, outside the data folder. Default:
    /// none. Google then learns when a phone is sent commands, and nothing of them.
    /// </summary>
    public string? FcmServiceAccountFile { get; init; }

    /// <summary>Where Firebase Cloud Messaging is. Default: <c>https://fcm.googleapis.com</c>.</summary>
    [Url]
    public string FcmAddress { get; init; } = "https://fcm.googleapis.com";

    /// <summary>The key file (<c>.p8</c>) for the Apple Push Notification service, outside the data folder. Default: none. Apple then learns when a phone is sent commands, and nothing of them.</summary>
    public string? ApnsKeyFile { get; init; }

    /// <summary>Id of that key, 10 characters. Needed with it.</summary>
    public string? ApnsKeyId { get; init; }

    /// <summary>Id of the developer team that the key belongs to, 10 characters. Needed with it.</summary>
    public string? ApnsTeamId { get; init; }

    /// <summary>Bundle id of the app that is woken. Needed with the key.</summary>
    public string? ApnsTopic { get; init; }

    /// <summary>Where the service is. Default: <c>https://api.push.apple.com</c>; for builds from Xcode <c>https://api.sandbox.push.apple.com</c>.</summary>
    [Url]
    public string ApnsAddress { get; init; } = "https://api.push.apple.com";

    /// <summary>
    /// Where wakes over any other service are sent, signed: a program of yours that speaks a vendor's push, as phones in
    /// mainland China need. Default: none. It is given tokens.
    /// </summary>
    [Url]
    public string? WebhookUrl { get; init; }

    /// <summary>The secret that signs them, at least 16 characters. Needed with the address.</summary>
    [MinLength(16)]
    public string? WebhookSecret { get; init; }
}
