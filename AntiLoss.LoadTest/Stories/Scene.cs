using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Geography;
using AntiLoss.LoadTest.Agents;

namespace AntiLoss.LoadTest.Stories;

/// <summary>
/// One story being played: its phones, the networks around them, and what the operator is expected to see. Says aloud
/// what happens.
/// </summary>
public sealed class Scene(IStage stage, Action<string> say)
{
    /// <summary>The guard PIN of every phone here.</summary>
    public const string Pin = "246810";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(250);

    private readonly List<Actor> _cast = [];
    private readonly HashSet<string> _deadNetworks = [];
    private readonly List<(string Truth, string Verdict)> _verdicts = [];
    private int _sims;

    /// <summary>Each silence of the story: what it was, and what the server took it for.</summary>
    public IReadOnlyList<(string Truth, string Verdict)> Verdicts => _verdicts;

    public static GeoPoint Place(double latitude, double longitude) => GeoPoint.From(latitude, longitude)!.Value;

    /// <summary>A card that nobody has used yet. The last digit tells no two apart: it may be a check digit.</summary>
    public Sim NewSim(string plmn = "26201") => new($"894902{++_sims:D12}0", "Operator", plmn);

    /// <summary>A network is not heard any more, or again.</summary>
    public void SetNetwork(string plmn, bool isUp) => _ = isUp ? _deadNetworks.Remove(plmn) : _deadNetworks.Add(plmn);

    /// <summary>A phone with its user's SIM and PIN in it, armed, as it is handed out.</summary>
    public async Task<Actor> HandOutAsync(string name, GeoPoint? place = null, string plmn = "26201")
    {
        var enrolled = await stage.EnrolAsync(name);
        var phone = new SimulatedPhone(name, enrolled.Transport, stage.Time, network => !_deadNetworks.Contains(network), enrolled.Enrolment, enrolled.CodeOf);
        var actor = new Actor(enrolled.Device, phone, NewSim(plmn));
        _cast.Add(actor);
        await phone.InsertSimAsync(actor.OwnSim);
        await ActAsync(actor, "arm");
        await phone.SetPinAsync(Pin);
        await phone.CarryAsync(place ?? Place(52.5, 13.4));
        await SeesAsync(actor, "it is armed and its own SIM is in it", seen => seen is { Protection: "armed", Sims: ["matched"] });
        return actor;
    }

    /// <summary>Sets the agent of the same phone up again. False if the server does not let it in.</summary>
    public async Task<bool> EnrolAgainAsync(Actor actor)
    {
        if (await stage.EnrolAgainAsync(actor.Device) is not { } enrolled)
            return false;
        await actor.Phone.EnrolAsync(enrolled.Transport, enrolled.Enrolment, enrolled.CodeOf);
        return true;
    }

    /// <summary>An operator acts, and is not refused.</summary>
    public async Task ActAsync(Actor actor, string act, string? iccid = null)
    {
        if (await stage.ActAsync(actor.Device, act, "as the story goes", iccid) is { } refusal)
            throw new StoryFailedException($"{act} of {actor.Phone.Name} was refused: {refusal}");
    }

    /// <summary>The help desk asks for a code. Null while there is none for it.</summary>
    public Task<string?> AskForCodeAsync(Actor actor, RecoveryPurpose purpose, string challenge) => stage.AskForCodeAsync(actor.Device, purpose, challenge);

    /// <summary>A second person agrees to what waits for one.</summary>
    public async Task AgreeAsync(Actor actor)
    {
        if (await stage.AgreeAsync(actor.Device) is { } refusal)
            throw new StoryFailedException($"To agree about {actor.Phone.Name} was refused: {refusal}");
    }

    public void Tell(string what) => say(what);

    /// <summary>Time goes by for everyone.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        for (var until = stage.Time.GetUtcNow() + time; stage.Time.GetUtcNow() is var now && now < until;)
        {
            var quiet = _cast.Min(actor => actor.Phone.QuietFor);
            var step = quiet < until - now ? quiet : until - now;
            await stage.GoOnAsync(step > TimeSpan.FromSeconds(1) ? step : TimeSpan.FromSeconds(1));
            await Task.WhenAll(_cast.Select(actor => actor.Phone.TickAsync()));
        }
    }

    /// <summary>How many positions of the phone the server keeps since a moment.</summary>
    public Task<int> PositionsAsync(Actor actor, DateTimeOffset since) => stage.PositionsAsync(actor.Device, since);

    public DateTimeOffset Now => stage.Time.GetUtcNow();

    /// <summary>The operator sees this of the phone, at once or as soon as the server has done what it was told.</summary>
    public async Task SeesAsync(Actor actor, string what, Func<PhoneSeen, bool> isSo) =>
        await WaitAsync(what, actor.Phone.Name, async () => await stage.SeeAsync(actor.Device) is var seen && isSo(seen) ? null : $"{seen}");

    /// <summary>The operator has an alert of this kind for the phone.</summary>
    public Task AlertsAsync(Actor actor, string kind, Func<AlertSeen, bool>? isSo = null) =>
        AlertsAsync(actor.Phone.Name, alert => alert.Device == actor.Device && alert.Kind == kind && isSo?.Invoke(alert) != false, kind);

    /// <summary>The operator has such an alert.</summary>
    public Task AlertsAsync(string of, Func<AlertSeen, bool> isSo, string kind) => WaitAsync($"the alert {kind}", of, async () =>
        await stage.AlertsAsync() is var alerts && alerts.Any(isSo) ? null : string.Join("; ", alerts.Take(20)));

    /// <summary>The operator has no alert of this kind: said only after time has passed, for which there is nothing to wait.</summary>
    public async Task NoAlertAsync(string kind, Actor? actor = null)
    {
        if ((await stage.AlertsAsync()).FirstOrDefault(alert => alert.Kind == kind && (actor is null || alert.Device == actor.Device)) is { } alert)
            throw new StoryFailedException($"There is an alert that should not be: {alert}");
    }

    /// <summary>The audit says that a guard of the phone went from one state to another.</summary>
    public Task AuditsAsync(Actor actor, string action, string before, string after) => WaitAsync($"{action} {before} → {after} in the audit", actor.Phone.Name, async () =>
        await stage.AuditAsync() is var audit && audit.Any(entry => entry.Device == actor.Device && entry.Action == action && entry.Before == before && entry.After == after)
            ? null
            : string.Join("; ", audit.Where(entry => entry.Device == actor.Device)));

    /// <summary>The operator is told what the phone's silence looks like; it goes into the table with what it was.</summary>
    public async Task<string> JudgedAsync(Actor actor, string truth)
    {
        var verdict = (await stage.SeeAsync(actor.Device)).Silence ?? "not judged";
        _verdicts.Add((truth, verdict));
        return verdict;
    }

    /// <summary>What must be so on the phone itself, whatever a server says.</summary>
    public static void Hold(bool isSo, string what)
    {
        if (!isSo)
            throw new StoryFailedException($"It should hold that {what}.");
    }

    private async Task WaitAsync(string what, string of, Func<Task<string?>> whatElse)
    {
        for (var started = TimeProvider.System.GetTimestamp(); ; await stage.GoOnAsync(LookAgain))
        {
            if (await whatElse() is not { } seen)
                return;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new StoryFailedException($"{of}: expected that {what}; the operator sees {seen}");
        }
    }
}

/// <summary>A phone in a story.</summary>
/// <param name="Device">Its id at the server.</param>
/// <param name="OwnSim">The SIM that belongs into it.</param>
public sealed record Actor(string Device, SimulatedPhone Phone, Sim OwnSim);
