using AntiLoss.LoadTest.Stories;

namespace AntiLoss.Tests.Stories;

/// <summary>Every story through real grains, on a clock of its own.</summary>
public sealed class StoryTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. LoadTest.Stories.Stories.All.Select(story => story.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task An_operator_sees_what_the_story_says(string name)
    {
        await using var stage = await GrainStage.OpenAsync();
        await LoadTest.Stories.Stories.Named(name).PlayAsync(new Scene(stage, output.WriteLine));
    }
}
