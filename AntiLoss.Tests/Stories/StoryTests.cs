using AntiLoss.LoadTest.Stories;
using AntiLoss.Tests.Support;

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

    [Fact]
    public async Task The_command_plays_a_story_against_a_live_server_over_HTTP()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var said = new StringWriter();

        Assert.True(await StoryCommand.RunAsync("snatched", server.Address, server.ApiKey, said, TimeProvider.System) == 0, said.ToString());
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => StoryCommand.RunAsync("depot-theft", server.Address, server.ApiKey, said, TimeProvider.System));
        Assert.Contains("clock", refused.Message, StringComparison.Ordinal);
    }
}
