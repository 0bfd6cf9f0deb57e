namespace AntiLoss.Domain.Tracks;

/// <summary>Why a stored position is not to be believed. Stored: numbers are never reused.</summary>
public enum FixFlag : byte
{
    /// <summary>Plausible.</summary>
    None = 0,

    /// <summary>No place on Earth, exactly 0/0, over 5 minutes ahead of its receipt, or before the device's <c>since</c>.</summary>
    Impossible = 1,

    /// <summary>Faster than anything travels, from a good fix to a good fix.</summary>
    Teleport = 2,

    /// <summary>The place of a ping: true at some earlier, unknown time.</summary>
    Ping = 3,
}
