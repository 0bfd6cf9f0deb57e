namespace AntiLoss.LoadTest.Stories;

/// <summary>The command <c>story</c>: plays a story against a live server, and says what happens.</summary>
public static class StoryCommand
{
    /// <summary>Plays the story; 0 if the operator saw all that it says, 1 if not.</summary>
    /// <param name="mqttPort">Where the phones speak MQTT; 0: they speak HTTP.</param>
    /// <exception cref="ArgumentException">There is no such story, or a live server can't play it.</exception>
    public static async Task<int> RunAsync(string name, Uri url, string apiKey, int mqttPort, TextWriter output, TimeProvider time)
    {
        var story = Stories.Named(name);
        if (story.Needs == StoryNeeds.Clock)
            throw new ArgumentException($"story: '{name}' takes hours, and a live server's clock can't be moved: the tests play it.");
        if (story.Needs == StoryNeeds.Person)
            throw new ArgumentException($"story: '{name}' needs a person who answers for an act, and an API key is none: the tests play it.");
        await output.WriteLineAsync(story.About);
        using var stage = new LiveStage(url, apiKey, mqttPort, time);
        try
        {
            await story.PlayAsync(new Scene(stage, output.WriteLine));
        }
        catch (StoryFailedException failed)
        {
            await output.WriteLineAsync(failed.Message);
            return 1;
        }
        await output.WriteLineAsync("The operator saw all of it.");
        return 0;
    }
}
