using AntiLoss.Domain.Tracks;

namespace AntiLoss.Domain.Devices;

/// <summary>What one entry made of a phone.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Chunk">The open chunk after it.</param>
public readonly record struct DeviceStep(DeviceState State, OpenChunk Chunk)
{
    /// <summary>A chunk that became full with this entry and is to be saved; null if none did.</summary>
    public OpenChunk? Filled { get; init; }

    /// <summary>The entry repeated a report that is known: it changed nothing, or filled empty fields.</summary>
    public bool IsDuplicate { get; init; }

    /// <summary>An agent's item that lies too far beyond a gap: nothing was taken of it, and it is to come again.</summary>
    public bool IsBeyond { get; init; }

    /// <summary>Why an operator's action was refused, in words that name the state; null if it was not.</summary>
    public string? Refusal { get; init; }
}
