namespace AntiLoss.Domain.Devices;

/// <summary>What an organization expects of a fleet's phones. Versions are immutable; an entry names the one it was received under.</summary>
public sealed record DevicePolicy(int Version)
{
    /// <summary>The policy of every fleet until it has one of its own.</summary>
    public static readonly DevicePolicy Default = new(1);

    /// <summary>How often a phone is expected to speak: a healthy phone that lies still speaks about every 15 minutes.</summary>
    public TimeSpan ExpectedInterval { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Silence after which a phone is overdue: one expected interval and 20 %.</summary>
    public TimeSpan OverdueAfter => ExpectedInterval * 1.2;

    /// <summary>Silence after which a phone is offline: three expected intervals.</summary>
    public TimeSpan OfflineAfter => ExpectedInterval * 3;
}
