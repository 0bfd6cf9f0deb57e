namespace AntiLoss.Domain.Devices;

/// <summary>One entry of the log about one phone, as its state machine takes it.</summary>
/// <param name="Position">Where the entry stands in the shard's log.</param>
/// <param name="ReceivedAt">When the shard received it: the only clock that a step sees.</param>
/// <param name="PolicyVersion">The fleet's policy version then in force.</param>
public readonly record struct DeviceEntry(
    LogPosition Position,
    DateTimeOffset ReceivedAt,
    int PolicyVersion,
    DeviceChange Change);
