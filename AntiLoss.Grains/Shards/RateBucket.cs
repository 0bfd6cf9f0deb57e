namespace AntiLoss.Grains.Shards;

/// <summary>A phone's token bucket. It may go into debt: what is asked of it is given whole or not at all.</summary>
internal struct RateBucket
{
    private double _tokens;
    private long _filledAtMs;

    /// <summary>Takes <paramref name="count"/> tokens if the bucket is not empty.</summary>
    public bool TryTake(int count, long nowMs, ShardOptions options)
    {
        var filled = _filledAtMs == 0
            ? options.DeviceBurst
            : Math.Min(options.DeviceBurst, _tokens + (nowMs - _filledAtMs) / 1000.0 * options.DeviceRatePerSecond);
        _filledAtMs = nowMs;
        _tokens = filled > 0 ? filled - count : filled;
        return filled > 0;
    }
}
