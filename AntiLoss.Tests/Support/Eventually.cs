using System.Diagnostics;

namespace AntiLoss.Tests.Support;

/// <summary>Waits for a condition by asking for it, with a deadline that fails and says what was waited for.</summary>
public static class Eventually
{
    /// <summary>Long enough for two busy cores; a test that meets its condition never waits it out.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(20);

    /// <summary>Returns once the condition holds. An exception counts as "not yet" and is told at the deadline.</summary>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        await GetAsync(async () => await condition() ? "" : null, what, within);

    /// <summary>Returns the first answer that is not null.</summary>
    public static async Task<T> GetAsync<T>(Func<Task<T?>> ask, string what, TimeSpan? within = null)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        Exception? last = null;
        do
        {
            try
            {
                if (await ask() is { } answer)
                    return answer;
                last = null;
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                last = exception;
            }
            await Task.Delay(AskEvery, TestContext.Current.CancellationToken);
        }
        while (watch.Elapsed < (within ?? Patience));
        throw new TimeoutException($"Not within {(within ?? Patience).TotalSeconds} s: {what}", last);
    }
}
