namespace AntiLoss.LoadTest.Stories;

/// <summary>Something that happens to phones, and what an operator must see of it.</summary>
/// <param name="Name">What the command calls it.</param>
/// <param name="About">In one sentence.</param>
/// <param name="NeedsClock">It takes hours: only a stage that can move its clock plays it.</param>
/// <param name="PlayAsync">Plays it; throws a <see cref="StoryFailedException"/> if an operator sees something else.</param>
public sealed record Story(string Name, string About, bool NeedsClock, Func<Scene, Task> PlayAsync);

/// <summary>What was to be seen was not.</summary>
public sealed class StoryFailedException(string message) : Exception(message);
