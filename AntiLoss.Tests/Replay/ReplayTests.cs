using System.Diagnostics;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Replay;

/// <summary>
/// Tracks through the endpoints of a real server whose clock stands at each upload's arrival: history holds every
/// distinct fix once, and the phone is where a model of the rules, in order of arrival, says.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output) : IAsyncLifetime
{
    /// <summary>Before the first real track arrived: a server's time never goes back.</summary>
    private static readonly DateTimeOffset _start = new(2007, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly ImmutableDictionary<string, string> _limits = ImmutableDictionary<string, string>.Empty
        .Add("Limits:DeviceRatePerSecond", "1000000").Add("Limits:DeviceBurst", "10000000").Add("Limits:OrganizationShare", "100");

    /// <summary>
    /// The suite's: a fix of 1970; a restart, jumps and steps back in time; a phone between two places; two days late; a
    /// clock ahead; 668 leaps; one drive under two ids; and ordinary ones.
    /// </summary>
    private static readonly ImmutableDictionary<string, Endpoint> _telling = ImmutableDictionary<string, Endpoint>.Empty
        .Add("em-01", Endpoint.Reports).Add("em-02", Endpoint.Reports).Add("em-25", Endpoint.OsmAnd).Add("em-29", Endpoint.Reports)
        .Add("sp-4bcecc03", Endpoint.Reports).Add("sp-8d881aec", Endpoint.Reports).Add("sp-dcdb5f74", Endpoint.Reports)
        .Add("ga-138", Endpoint.OwnTracks).Add("ga-139", Endpoint.OsmAnd).Add("ku-052", Endpoint.OwnTracks)
        .Add("lv-4836-1105", Endpoint.OwnTracks).Add("ot-ne", Endpoint.OwnTracks);

    private readonly SteeredClock _clock = SteeredClock.At(_start);
    private ServerUnderTest _server = null!;

    public async ValueTask InitializeAsync() =>
        _server = await ServerUnderTest.StartAsync(new ServerSettings { Settings = _limits, Environment = _clock.Environment });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _clock.Dispose();
    }

    [Fact]
    public async Task Real_tracks_are_kept_once_and_end_where_the_rules_say()
    {
        var sent = ArrivedTracks.All().Select((track, index) => (Track: track, Endpoint: EndpointOf(track, index)));
        if (Tier.Count(suite: 0, @long: 1) == 0)
            sent = sent.Where(one => _telling.ContainsKey(one.Track.Name)).Select(one => (one.Track, _telling[one.Track.Name]));
        var phones = await Task.WhenAll(sent.Select(one => ReplayPhone.EnrolAsync(_server, one.Track, one.Endpoint)));
        Assert.True(phones.Length >= _telling.Count);
        await ReplayAsync(phones);
    }

    [Fact]
    public async Task Made_up_tracks_with_every_trouble_are_kept_once_and_end_where_the_rules_say()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"Seed {seed}");
        var chance = new Random(seed);
        var phones = new List<ReplayPhone>();
        foreach (var endpoint in Enum.GetValues<Endpoint>())
        {
            for (var i = 0; i < Tier.Count(suite: endpoint == Endpoint.OsmAnd ? 1 : 3, @long: 30); i++)
            {
                var track = TroubledTrack.Of($"Made-up {i}", _start.AddHours(1), step: endpoint == Endpoint.OwnTracks ? 1_000 : 250, chance);
                phones.Add(await ReplayPhone.EnrolAsync(_server, track, endpoint, since: _start));
            }
        }
        await ReplayAsync(phones);
    }

    // OwnTracks' time is whole seconds, so that finer tracks go through the others.
    private static Endpoint EndpointOf(ReplayTrack track, int index) =>
        track.Fixes.All(fix => fix.IsOfWholeSecond) ? (Endpoint)(index % 3) : (Endpoint)(1 + (index % 2));

    private async Task ReplayAsync(IReadOnlyCollection<ReplayPhone> phones)
    {
        var watch = Stopwatch.StartNew();
        var moments = phones.SelectMany(phone => phone.Uploads.Select(upload => (Phone: phone, Upload: upload))).GroupBy(sent => sent.Upload.AtMs).OrderBy(moment => moment.Key);
        foreach (var moment in moments)
        {
            _clock.Set(DateTimeOffset.FromUnixTimeMilliseconds(moment.Key));
            await Task.WhenAll(moment.Select(sent => sent.Phone.SendAsync(sent.Upload)));
        }
        foreach (var phone in phones)
            await phone.VerifyAsync();
        output.WriteLine($"{phones.Count} phones, {phones.Sum(phone => phone.Positions)} positions in {watch.Elapsed.TotalSeconds:F1} s");
    }
}
