namespace AntiLoss.Grains.Storage;

/// <summary>How a grain changes what it keeps.</summary>
internal static class StateWriting
{
    /// <summary>
    /// Writes a grain's next state; the same one again is not written. What could not be written is not kept either:
    /// whoever reads the grain would be told what a restart takes back. Once begun it is not given up half-way.
    /// </summary>
    public static async ValueTask WriteAsync<T>(this IPersistentState<T> stored, T next, CancellationToken cancellationToken = default) where T : class
    {
        if (ReferenceEquals(next, stored.State))
            return;
        cancellationToken.ThrowIfCancellationRequested();
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            stored.State = before;
            throw;
        }
    }
}
