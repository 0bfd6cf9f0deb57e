namespace AntiLoss.Web.Ingest.Submission;

/// <summary>
/// What one organization may send to this node in the long run, as a bucket of ten seconds' worth. As with a phone's, a
/// request is taken whole while the bucket is not empty.
/// </summary>
/// <param name="perSecond">Reports a second; 0 for as many as come.</param>
internal sealed class OrganizationRate(int perSecond, TimeProvider time)
{
    private const int BurstSeconds = 10;

    // When the bucket will be full again. It is full now if that has passed, and empty if it is the whole burst away.
    private long _fullAt = time.GetTimestamp();

    /// <summary>Takes so many reports off the bucket; false, and nothing is taken, while it is empty.</summary>
    public bool TryTake(int reports)
    {
        if (perSecond == 0)
            return true;
        var now = time.GetTimestamp();
        var cost = (long)Math.Ceiling((double)reports / perSecond * time.TimestampFrequency);
        var seen = Volatile.Read(ref _fullAt);
        while (true)
        {
            if (seen - now >= BurstSeconds * time.TimestampFrequency)
                return false;
            var before = Interlocked.CompareExchange(ref _fullAt, Math.Max(seen, now) + cost, seen);
            if (before == seen)
                return true;
            seen = before;
        }
    }
}
