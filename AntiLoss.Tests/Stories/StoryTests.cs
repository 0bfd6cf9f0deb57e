using System.Globalization;
using System.Net.Http.Json;
using AntiLoss.LoadTest.Stories;
using AntiLoss.LoadTest.Wire;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Api;

namespace AntiLoss.Tests.Stories;

/// <summary>Every story through real grains, on a clock of its own, and what the server takes each silence for.</summary>
public sealed class StoryTests
{
    private static readonly ImmutableDictionary<string, Lazy<Task<Scene>>> _played =
        LoadTest.Stories.Stories.All.ToImmutableDictionary(story => story.Name, story => new Lazy<Task<Scene>>(() => PlayAsync(story)));

    public static TheoryData<string> Names => [.. _played.Keys];

    [Theory, MemberData(nameof(Names))]
    public Task An_operator_sees_what_the_story_says(string name) => _played[name].Value;

    [Fact]
    public async Task The_published_table_of_silences_is_what_the_stories_give()
    {
        var verdicts = new List<(string Truth, string Verdict)>();
        foreach (var story in LoadTest.Stories.Stories.All)
            verdicts.AddRange((await _played[story.Name].Value).Verdicts);

        var published = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "docs", "guards.md"), TestContext.Current.CancellationToken);
        var table = TableOf(verdicts);
        Assert.All(LoadTest.Stories.Stories.All, story => Assert.Contains($"| `{story.Name}` | {story.About} |", published, StringComparison.Ordinal));
        Assert.True(published.ReplaceLineEndings("\n").Contains(table, StringComparison.Ordinal), table);
    }

    [Fact]
    public async Task The_command_plays_a_story_against_a_live_server_over_HTTP_and_MQTT_and_its_phone_s_silence_is_explained()
    {
        var start = TimeProvider.System.GetUtcNow();
        using var clock = SteeredClock.At(start);
        await using var server = await ServerUnderTest.StartAsync(new ServerSettings { Environment = clock.Environment });
        var said = new StringWriter();

        Assert.True(await StoryCommand.RunAsync("snatched", server.Address, server.ApiKey, mqttPort: 0, said, clock) == 0, said.ToString());
        Assert.True(await StoryCommand.RunAsync("factory-reset", server.Address, server.ApiKey, server.MqttPort, said, clock) == 0, said.ToString());
        var refused = await Assert.ThrowsAsync<ArgumentException>(() => StoryCommand.RunAsync("depot-theft", server.Address, server.ApiKey, mqttPort: 0, said, clock));
        Assert.Contains("clock", refused.Message, StringComparison.Ordinal);

        clock.Set(start.AddHours(1));
        using var api = new ApiClient(server.Address, server.ApiKey, clock);
        var id = (await api.DevicesAsync(TestContext.Current.CancellationToken)).Single(device => device.Name == "Snatched").Id;
        var judged = await Eventually.GetAsync(
            async () => (await server.Api.GetFromJsonAsync<DeviceSilence>($"/api/v1/devices/{id}", TestContext.Current.CancellationToken))?.SilenceJudged,
            "the silence is judged");
        Assert.Equal(("forcedOff", "a power-off was refused just before", null), (judged.Class, judged.Evidence, judged.PatienceUntil));
    }

    private sealed record DeviceSilence(SilenceView? SilenceJudged);

    private static async Task<Scene> PlayAsync(Story story)
    {
        await using var stage = await GrainStage.OpenAsync();
        var scene = new Scene(stage, _ => { });
        await story.PlayAsync(scene);
        return scene;
    }

    /// <summary>A line for what each silence was, a column for what it was taken for.</summary>
    private static string TableOf(List<(string Truth, string Verdict)> verdicts)
    {
        var columns = verdicts.Select(verdict => verdict.Verdict).Distinct().Order(StringComparer.Ordinal).ToList();
        var lines = new List<string> { $"| it was | {string.Join(" | ", columns)} |", $"| --- |{string.Concat(columns.Select(_ => " ---: |"))}" };
        foreach (var truth in verdicts.GroupBy(verdict => verdict.Truth))
        {
            var counts = columns.Select(column => truth.Count(verdict => verdict.Verdict == column));
            lines.Add($"| {truth.Key} | {string.Join(" | ", counts.Select(count => count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture)))} |");
        }
        return string.Join('\n', lines);
    }
}
