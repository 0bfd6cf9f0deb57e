using System.Collections.Concurrent;
using AntiLoss.LoadTest.Wire;

namespace AntiLoss.LoadTest.Demo;

/// <summary>
/// A lively company of 200 simulated phones, for a first look at the map that is worth having. It enrols them through
/// the REST API and reports as OwnTracks does, over HTTP: nothing in the server knows that they are not real. Started
/// again it finds its phones by their tags, gives them new credentials and goes on where they would have been.
/// </summary>
public static class DemoFleet
{
    private const int AtOnce = 4;
    private const int HistoryStepSeconds = 150;
    private static readonly TimeSpan RecentHistory = TimeSpan.FromMinutes(40);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(5);

    /// <summary>Runs until it is cancelled.</summary>
    public static async Task RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        using var api = new ApiClient(options.BaseUrl, options.ApiKey, options.Time);
        await api.UntilReadyAsync(Patience, cancellationToken);
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 2 * AtOnce })
        {
            BaseAddress = options.BaseUrl,
            Timeout = TimeSpan.FromSeconds(20),
        };
        var phones = await EnrolAsync(api, http, options, cancellationToken);
        options.Say($"The demo's {phones.Count} phones are on the road.");
        await ReportAsync(phones, http, options.Time, cancellationToken);
    }

    private static async Task<List<DemoPhone>> EnrolAsync(ApiClient api, HttpClient http, DemoOptions options, CancellationToken cancellationToken)
    {
        var fleets = await EnsureFleetsAsync(api, cancellationToken);
        var people = (await api.PeopleAsync(cancellationToken)).GroupBy(person => person.Name).ToDictionary(same => same.Key, same => same.First().Id);
        var known = (await api.DevicesAsync(cancellationToken))
            .SelectMany(device => device.Tags.Select(tag => (tag, device)))
            .GroupBy(pair => pair.tag).ToDictionary(same => same.Key, same => same.First().device);
        foreach (var person in DemoRoster.All.Where(person => !people.ContainsKey(person.Person)))
            people[person.Person] = (await api.AddPersonAsync(person.Person, fleets[person.Fleet], cancellationToken)).Id;

        var phones = new ConcurrentBag<DemoPhone>();
        var limits = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(DemoRoster.All, limits, async (person, cancel) =>
        {
            var before = known.GetValueOrDefault(person.Tag);
            if (before is not null && person.Temper is DemoTemper.Silent or DemoTemper.Never)
                return;
            var start = options.Time.GetUtcNow().AddHours(-options.HistoryHours);
            var enrolled = before is null
                ? await api.EnrolAsync(
                    new NewDevice(person.PhoneName, start.AddHours(-1), fleets[person.Fleet], people[person.Person], ["demo", person.Tag]), cancel)
                : await api.RotateAsync(before.Id, cancel);
            if (person.Temper == DemoTemper.Never)
                return;
            var phone = new DemoPhone(person, enrolled.Id, enrolled.Credential);
            await CatchUpAsync(phone, Later(start, before?.Latest?.Time), http, options.Time, cancel);
            if (person.Temper != DemoTemper.Silent)
                phones.Add(phone);
        });
        return [.. phones];
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private static async Task<Dictionary<string, string>> EnsureFleetsAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var present = await api.FleetsAsync(cancellationToken);
        var ids = present.GroupBy(fleet => fleet.Name).ToDictionary(same => same.Key, same => same.First().Id);
        // The fleet that came with the organization becomes the demo's first, so that no empty one stays behind.
        var spare = present.Length == 1 && present[0].Count == 0 && !DemoRoster.Fleets.Contains(present[0].Name) ? present[0] : null;
        foreach (var name in DemoRoster.Fleets.Where(name => !ids.ContainsKey(name)))
        {
            var fleet = spare is null
                ? await api.AddFleetAsync(name, cancellationToken)
                : await api.RenameFleetAsync(spare.Id, name, cancellationToken);
            ids[name] = fleet.Id;
            spare = null;
        }
        return ids;
    }

    // What happened since the phone's last report, coarse for the day and fine for the trail on the map.
    private static async Task CatchUpAsync(DemoPhone phone, DateTimeOffset since, HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var every = phone.Person.Habits.ReportEverySeconds;
        phone.ScheduleAfter(since, HistoryStepSeconds);
        while (phone.NextAt < now)
        {
            phone.Observe(phone.NextAt);
            phone.ScheduleAfter(phone.NextAt, now - phone.NextAt < RecentHistory ? Math.Max(15, every) : HistoryStepSeconds);
        }
        phone.ScheduleAfter(now, every);
        // What is refused now goes with the next report.
        await phone.SendAsync(http, now, cancellationToken);
    }

    private static async Task ReportAsync(List<DemoPhone> phones, HttpClient http, TimeProvider time, CancellationToken cancellationToken)
    {
        var due = new PriorityQueue<DemoPhone, DateTimeOffset>(phones.Select(phone => (phone, phone.NextAt)));
        while (due.TryDequeue(out var phone, out var at))
        {
            var wait = at - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, time, cancellationToken);
            phone.Observe(at);
            var isSent = phone.Person.IsCutOff(at) || await phone.SendAsync(http, time.GetUtcNow(), cancellationToken);
            if (!isSent)
                await Task.Delay(Retry, time, cancellationToken);
            phone.ScheduleAfter(at, phone.Person.Habits.ReportEverySeconds);
            due.Enqueue(phone, phone.NextAt);
        }
    }
}
