namespace AntiLoss.LoadTest.Stories;

/// <summary>The stories that the command plays by name, and that the tests play through grains.</summary>
public static partial class Stories
{
    public static readonly ImmutableArray<Story> All =
    [
        new("pocketed", "A thief takes the SIM out, puts another in, tries to switch off and pulls the battery.", NeedsClock: false, PocketedAsync),
    ];

    /// <exception cref="ArgumentException">There is no story of that name.</exception>
    public static Story Named(string name) => All.FirstOrDefault(story => story.Name == name)
        ?? throw new ArgumentException($"story: '{name}' is none; known are {string.Join(", ", All.Select(story => story.Name))}.");
}
