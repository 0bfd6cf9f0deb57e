using System.Net.Http.Headers;
using System.Text;
using AntiLoss.LoadTest.Wire;

namespace AntiLoss.LoadTest.Demo;

/// <summary>
/// One simulated phone: it knows where it is at any moment, reports as OwnTracks does, and keeps what the server has not
/// acknowledged.
/// </summary>
internal sealed class DemoPhone(DemoPerson person, string deviceId, string credential)
{
    // What a phone keeps while it cannot send; the oldest goes first, as in the app.
    private const int MostKept = 2_000;
    private const int MostPerRequest = 200;
    private const int StillReportSeconds = 300;

    private readonly Queue<OwnTracksMessage> _kept = new();
    private DayPlan? _plan;
    private long _day = -1;

    public DemoPerson Person => person;

    /// <summary>When it next has something to say.</summary>
    public DateTimeOffset NextAt { get; private set; }

    /// <summary>The next moment after this one at which it reports, on a rhythm of its own.</summary>
    public void ScheduleAfter(DateTimeOffset moment, int everySeconds)
    {
        var period = IsMovingAt(moment) ? everySeconds : Math.Max(everySeconds, StillReportSeconds);
        var seconds = moment.ToUnixTimeSeconds();
        var phase = person.Number * 7 % period;
        var next = ((seconds - phase) / period + 1) * period + phase;
        // It sets out between two reports of a still phone: the first move is told at once, not minutes later.
        for (var at = seconds + everySeconds; at < next; at += everySeconds)
        {
            if (IsMovingAt(DateTimeOffset.FromUnixTimeSeconds(at)))
                next = at;
        }
        NextAt = DateTimeOffset.FromUnixTimeSeconds(next);
    }

    /// <summary>Notes what it would report at a moment.</summary>
    public void Observe(DateTimeOffset moment)
    {
        if (_kept.Count == MostKept)
            _kept.Dequeue();
        _kept.Enqueue(MessageAt(moment));
    }

    /// <summary>Sends what it has kept; false when the server could not be reached or would not take it now.</summary>
    public async Task<bool> SendAsync(HttpClient http, DateTimeOffset now, CancellationToken cancellationToken)
    {
        while (_kept.Count > 0)
        {
            var messages = _kept.Take(MostPerRequest).ToArray();
            using var request = Request(messages, now);
            try
            {
                using var answer = await http.SendAsync(request, cancellationToken);
                // Anything else is an answer for good: a phone whose credential an operator has rotated falls silent.
                if ((int)answer.StatusCode >= 500)
                    return false;
            }
            catch (Exception failure) when (failure is HttpRequestException
                || failure is OperationCanceledException && !cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            for (var i = 0; i < messages.Length; i++)
                _kept.Dequeue();
        }
        return true;
    }

    private bool IsMovingAt(DateTimeOffset moment) => !MomentAt(moment).IsStill;

    private Moment MomentAt(DateTimeOffset moment)
    {
        var (day, second) = person.DayOf(moment);
        if (_plan is null || day != _day)
        {
            _plan = DayPlan.For(person, day);
            _day = day;
        }
        return _plan.At(second);
    }

    private OwnTracksMessage MessageAt(DateTimeOffset moment)
    {
        var now = MomentAt(moment);
        var chance = new Random(unchecked((int)(moment.ToUnixTimeSeconds() * 31 + person.Number)));
        // A receiver that lies still settles on one place; a moving one is a few metres off, another few each time.
        var blur = now.IsStill ? 0 : 3.0;
        var spot = new Spot(
            now.Pose.Spot.East + blur * (chance.NextDouble() * 2 - 1),
            now.Pose.Spot.North + blur * (chance.NextDouble() * 2 - 1));
        var (latitude, longitude) = City.Degrees(spot);
        return new OwnTracksMessage(
            moment.ToUnixTimeSeconds(),
            latitude,
            longitude,
            now.AtBase ? 12 : 4 + chance.Next(8),
            City.AltitudeMetres + chance.Next(5),
            (int)(now.Pose.SpeedMetresPerSecond * 3.6),
            (int)now.Pose.CourseDegrees,
            (int)now.BatteryPercent,
            now.AtBase,
            now.AtBase);
    }

    private HttpRequestMessage Request(OwnTracksMessage[] messages, DateTimeOffset now)
    {
        var trackerId = $"{person.Number % 100:00}";
        var request = new HttpRequestMessage(HttpMethod.Post, "ingest/owntracks")
        {
            Content = new StringContent(
                OwnTracksMessage.Body(messages, trackerId, now.ToUnixTimeSeconds()), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes($"{deviceId}:{credential}")));
        request.Headers.TryAddWithoutValidation("User-Agent", "Owntracks-Android/gms/420505000");
        request.Headers.TryAddWithoutValidation("X-Limit-D", $"phone{person.Number:000}");
        return request;
    }
}
