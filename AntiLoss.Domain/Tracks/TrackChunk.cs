namespace AntiLoss.Domain.Tracks;
/// <summary>Interim: JSON until the columns land.</summary>
public static class TrackChunk
{
    public static byte[] Encode(IReadOnlyList<TrackFix> fixes) => System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(fixes);
    public static ImmutableArray<TrackFix> Decode(ReadOnlySpan<byte> bytes) => [.. System.Text.Json.JsonSerializer.Deserialize<TrackFix[]>(bytes)!];
}
