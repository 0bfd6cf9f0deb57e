using AntiLoss.Domain.Reports;

namespace AntiLoss.Domain.Privacy;

/// <summary>
/// Takes out of a report what its fleet's setting forbids at the report's fix time. Its place is before the append:
/// what it takes out is written nowhere, neither in the log nor in a dead letter, a trace or a backup.
/// </summary>
public static class PrivacyFilter
{
    /// <summary>The report as it may be stored.</summary>
    public static Report Apply(Report report, PrivacySetting setting) => setting switch
    {
        PrivacySetting.Always => report,
        _ => throw new ArgumentOutOfRangeException(nameof(setting), setting, "No such privacy setting."),
    };

    /// <summary>Whether bytes that could not be read may be kept whole; otherwise only their length and hash are.</summary>
    public static bool MayKeepUnread(PrivacySetting setting) => setting == PrivacySetting.Always;
}
