namespace AntiLoss.Domain.Tracks;

/// <summary>A closed chunk, decoded: its number within the device, and its positions.</summary>
public sealed record TrackPart(long Number, ImmutableArray<TrackFix> Fixes);
