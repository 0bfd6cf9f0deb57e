namespace AntiLoss.LoadTest.Stories;

/// <summary>The stories that the command plays by name, and that the tests play through grains.</summary>
public static partial class Stories
{
    public static readonly ImmutableArray<Story> All =
    [
        new("pocketed", "A thief takes the SIM out, puts another in, tries to switch off and pulls the battery.", StoryNeeds.Nothing, PocketedAsync),
        new("snatched", "An unlocked phone is snatched from a hand, and its user reports it.", StoryNeeds.Nothing, SnatchedAsync),
        new("depot-swap", "At the depot one phone works with another's SIM, and an operator lets it keep it.", StoryNeeds.Person, DepotSwapAsync),
        new("forgotten-pin", "A user has forgotten the PIN, and two people at the help desk free the phone.", StoryNeeds.Person, ForgottenPinAsync),
        new("help-desk-thief", "A thief with a lost phone in hand calls the help desk.", StoryNeeds.Person, HelpDeskThiefAsync),
        new("dead-zone", "A car park without signal: for three days a mystery, then a known place.", StoryNeeds.Clock, DeadZoneAsync),
        new("flat-battery", "A battery runs out.", StoryNeeds.Clock, FlatBatteryAsync),
        new("one-of-each", "Phones fall silent at once, each for its own reason.", StoryNeeds.Clock, OneOfEachAsync),
        new("carrier-outage", "One of two carriers fails, and half the fleet with it.", StoryNeeds.Clock, CarrierOutageAsync),
        new("small-outage", "A carrier fails that only four phones use.", StoryNeeds.Clock, SmallOutageAsync),
        new("depot-theft", "Thirty phones are taken from one depot in two minutes.", StoryNeeds.Clock, DepotTheftAsync),
        new("late-day", "A day without signal, told in the evening.", StoryNeeds.Clock, LateDayAsync),
        new("factory-reset", "A phone is reset and enrolled anew; a lost one is not let in again.", StoryNeeds.Nothing, FactoryResetAsync),
    ];

    /// <exception cref="ArgumentException">There is no story of that name.</exception>
    public static Story Named(string name) => All.FirstOrDefault(story => story.Name == name)
        ?? throw new ArgumentException($"story: '{name}' is none; known are {string.Join(", ", All.Select(story => story.Name))}.");
}
