namespace AntiLoss.LoadTest.Stories;

/// <summary>Something that happens to phones, and what an operator must see of it.</summary>
/// <param name="Name">What the command calls it.</param>
/// <param name="About">In one sentence.</param>
/// <param name="PlayAsync">Plays it; throws a <see cref="StoryFailedException"/> if an operator sees something else.</param>
public sealed record Story(string Name, string About, StoryNeeds Needs, Func<Scene, Task> PlayAsync);

/// <summary>What a stage must have for a story.</summary>
public enum StoryNeeds
{
    Nothing,

    /// <summary>It takes hours: only a stage that can move its clock plays it.</summary>
    Clock,

    /// <summary>An operator acts who must be a person, and no program with an API key.</summary>
    Person,
}

/// <summary>What was to be seen was not.</summary>
public sealed class StoryFailedException(string message) : Exception(message);
