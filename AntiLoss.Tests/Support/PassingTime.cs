using Microsoft.Extensions.Time.Testing;

namespace AntiLoss.Tests.Support;

/// <summary>Lets a clock that only the test moves go on until what waits by it has come.</summary>
internal static class PassingTime
{
    /// <summary>A step in which no call under way times out.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);

    /// <summary>Returns once the condition holds; until then the clock goes on by a step each time that it is asked.</summary>
    public static Task PassAsync(this FakeTimeProvider clock, TimeSpan step, Func<Task<bool>> condition, string what) => Eventually.TrueAsync(
        async () =>
        {
            if (await condition())
                return true;
            clock.Advance(step);
            return false;
        },
        what);

    /// <summary>What a task comes to that waits by the clock, or may.</summary>
    public static async Task<T> DoneAsync<T>(this FakeTimeProvider clock, Task<T> task)
    {
        await clock.PassAsync(Short, () => Task.FromResult(task.IsCompleted), "it is done");
        return await task;
    }
}
