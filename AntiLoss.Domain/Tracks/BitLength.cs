using System.Numerics;

namespace AntiLoss.Domain.Tracks;

/// <summary>How many bits a number has, its leading zeros left out.</summary>
internal static class BitLength
{
    /// <summary>0 for 0, 64 for the largest.</summary>
    public static int Of(ulong value) => 64 - BitOperations.LeadingZeroCount(value);
}
