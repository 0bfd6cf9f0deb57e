using AntiLoss.LoadTest.Agents;

namespace AntiLoss.LoadTest.Stories;

// Phones that fall silent, for good and for bad reasons.
public static partial class Stories
{
    // A still phone's silence is judged after 45 minutes.
    private static readonly TimeSpan UntilJudged = TimeSpan.FromMinutes(46);

    private static async Task DeadZoneAsync(Scene scene)
    {
        const string Carrier = "26203";
        var phone = await scene.HandOutAsync("Parked", plmn: Carrier);
        for (var day = 1; day <= 4; day++)
        {
            scene.Tell($"Day {day}: into the car park.");
            await scene.PassAsync(TimeSpan.FromMinutes(20));
            await phone.Phone.CarryAsync(Scene.Place(52.51, 13.42));
            scene.SetNetwork(Carrier, isUp: false);
            await scene.PassAsync(UntilJudged);
            var verdict = await scene.JudgedAsync(phone, day < 4 ? "dead zone, days 1 to 3" : "dead zone, from day 4 on");
            Scene.Hold(verdict == (day < 4 ? "unknown" : "deadZone"), $"the place is known from the fourth day on, and on day {day} it is {verdict}");
            await scene.SeesAsync(phone, "it is suspected only while the place is not known", seen => seen.Protection == (day < 4 ? "suspected" : "armed"));

            scene.Tell("Out again, and in the evening it is switched off.");
            scene.SetNetwork(Carrier, isUp: true);
            await scene.PassAsync(TimeSpan.FromMinutes(5));
            await phone.Phone.CarryAsync(Scene.Place(52.53, 13.42));
            await scene.SeesAsync(phone, "contact cleared it", seen => seen is { Protection: "armed", Silence: null });
            await SwitchOffAsync(phone);
            await scene.PassAsync(TimeSpan.FromHours(22));
            Scene.Hold(await scene.JudgedAsync(phone, "switched off with the PIN") == "authorisedOff", "a night switched off is no silence to wonder at");
            await phone.Phone.StartAsync();
        }
        await scene.AlertsAsync(phone, "wentDark", alert => alert.State == "resolved");
    }

    private static async Task FlatBatteryAsync(Scene scene)
    {
        var phone = await scene.HandOutAsync("Flat");
        (phone.Phone.DrainPerHour, var start) = (20, scene.Now);
        phone.Phone.SetBattery(30);
        await scene.PassAsync(TimeSpan.FromMinutes(90));
        Scene.Hold(!phone.Phone.IsOn, "the battery is empty");
        await scene.PassAsync(UntilJudged);
        Scene.Hold(await scene.JudgedAsync(phone, "flat battery") == "flat", "an empty battery is understood");
        await scene.SeesAsync(phone, "it is not suspected", seen => seen is { Protection: "armed", Reasons: [] });
        Scene.Hold(await scene.PositionsAsync(phone, start) > 5, "its way to the end is kept");

        scene.Tell("It is charged and started: what it says of its start agrees.");
        phone.Phone.SetBattery(50);
        await phone.Phone.StartAsync();
        await scene.SeesAsync(phone, "it is heard again", seen => seen is { Protection: "armed", Silence: null });
        await scene.NoAlertAsync("wentDark");
    }

    private static async Task OneOfEachAsync(Scene scene)
    {
        var off = await scene.HandOutAsync("Switched off");
        var pulled = await scene.HandOutAsync("Battery pulled");
        var held = await scene.HandOutAsync("Battery pulled unasked");
        var killed = await scene.HandOutAsync("App killed");
        var foil = await scene.HandOutAsync("In foil");
        var one = await scene.HandOutAsync("One SIM pulled");
        var two = await scene.HandOutAsync("Both SIMs pulled");
        await two.Phone.InsertSimAsync(scene.NewSim("26202"), slot: 1);
        await scene.PassAsync(TimeSpan.FromMinutes(20));

        await SwitchOffAsync(off);
        await GuessAsync(pulled);
        pulled.Phone.CutPower();
        held.Phone.CutPower();
        await killed.Phone.KillAgentAsync("swiped away");
        await foil.Phone.PutInPouchAsync(true);
        await one.Phone.RemoveSimAsync();
        await two.Phone.RemoveSimAsync(0);
        await two.Phone.RemoveSimAsync(1);
        await scene.PassAsync(UntilJudged);

        (Actor, string Truth, string Verdict)[] silences =
        [
            (off, "switched off with the PIN", "authorisedOff"),
            (pulled, "power-off refused, battery pulled", "forcedOff"),
            (held, "battery pulled, nothing before it", "unknown"),
            (killed, "app killed", "agentStopped"),
            (foil, "foil pouch", "unknown"),
            (one, "only SIM pulled", "unknown"),
            (two, "both SIMs pulled", "simPulled"),
        ];
        foreach (var (phone, truth, verdict) in silences)
        {
            Scene.Hold(await scene.JudgedAsync(phone, truth) is var judged && judged == verdict, $"{truth} is judged {verdict}, and not {judged}");
            if (verdict is "authorisedOff" or "agentStopped")
                await scene.NoAlertAsync("wentDark", phone);
            else
                await scene.AlertsAsync(phone, "wentDark", alert => alert.Severity == "critical");
        }

        scene.Tell("The battery that was pulled unasked is put back: a start without a reason tells on it.");
        await held.Phone.StartAsync();
        await scene.SeesAsync(held, "the silence was a forced one", seen => seen.Reasons.Contains("wentDark:forcedOff"));
    }

    private static async Task CarrierOutageAsync(Scene scene)
    {
        const int Phones = 100;
        scene.Tell($"{Phones} phones, 2 km apart, half with one carrier and half with another.");
        var fleet = new List<Actor>();
        for (var i = 0; i < Phones; i++)
        {
            fleet.Add(await scene.HandOutAsync($"Van {i}", Scene.Place(52 + i / 8 * 0.02, 13 + i % 8 * 0.03), i % 2 == 0 ? "26201" : "26202"));
            if (i % 10 == 9)
                await scene.PassAsync(TimeSpan.FromSeconds(90));
        }
        await scene.PassAsync(TimeSpan.FromMinutes(16));

        scene.Tell("The first carrier fails for 50 minutes.");
        scene.SetNetwork("26201", isUp: false);
        await scene.PassAsync(TimeSpan.FromMinutes(50));
        foreach (var phone in fleet.Where(phone => phone.OwnSim.Plmn == "26201"))
        {
            await scene.JudgedAsync(phone, "carrier outage");
            await scene.SeesAsync(phone, "its silence is put down to the carrier", seen => seen is { Protection: "armed", Silence: "outage" });
        }
        await scene.NoAlertAsync("wentDark");
        await scene.NoAlertAsync("storm");

        scene.SetNetwork("26201", isUp: true);
        await scene.PassAsync(TimeSpan.FromMinutes(16));
        foreach (var phone in fleet)
            await scene.SeesAsync(phone, "it is heard", seen => seen is { Protection: "armed", Silence: null });
    }

    private static async Task SmallOutageAsync(Scene scene)
    {
        scene.Tell("Four phones of one carrier fall silent with it: too few to say that it was the carrier.");
        var few = new List<Actor>();
        for (var i = 0; i < 4; i++)
            few.Add(await scene.HandOutAsync($"Bike {i}", Scene.Place(52 + i * 0.02, 13)));
        scene.SetNetwork("26201", isUp: false);
        await scene.PassAsync(UntilJudged);
        foreach (var phone in few)
        {
            await scene.JudgedAsync(phone, "carrier outage, four phones");
            await scene.SeesAsync(phone, "it is suspected rather than explained away", seen => seen is { Protection: "suspected", Reasons: ["wentDark:unknown"] });
        }
        await scene.NoAlertAsync("storm");

        scene.SetNetwork("26201", isUp: true);
        await scene.PassAsync(TimeSpan.FromMinutes(15));
        foreach (var phone in few)
            await scene.SeesAsync(phone, "contact cleared it", seen => seen is { Protection: "armed", Silence: null });
    }

    private static async Task LateDayAsync(Scene scene)
    {
        const string Carrier = "26204";
        var (phone, morning) = (await scene.HandOutAsync("Remote", plmn: Carrier), scene.Now);
        scene.SetNetwork(Carrier, isUp: false);
        scene.Tell("A day without signal: ways, a SIM out and in again, wrong PINs and the right one.");
        await phone.Phone.RemoveSimAsync();
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        await phone.Phone.InsertSimAsync(phone.OwnSim);
        for (var guess = 0; guess < 5; guess++)
            await phone.Phone.EnterPinAsync("000000");
        await scene.PassAsync(TimeSpan.FromMinutes(1));
        Scene.Hold(await phone.Phone.EnterPinAsync(Scene.Pin) == PadAnswer.Right, "after the wait its user is let in");
        await scene.PassAsync(TimeSpan.FromHours(10));
        await scene.JudgedAsync(phone, "no signal for a day, by itself");
        await scene.SeesAsync(phone, "nobody knows why it is silent", seen => seen is { Protection: "suspected", Reasons: ["wentDark:unknown"] });
        Scene.Hold(phone.Phone.Waiting > 40, "the phone keeps what it can't tell");

        scene.Tell("In the evening it tells everything, in order.");
        scene.SetNetwork(Carrier, isUp: true);
        await phone.Phone.CarryAsync(Scene.Place(52.55, 13.4));
        Scene.Hold(phone.Phone.Waiting == 0, "the server has everything");
        await scene.SeesAsync(phone, "all of it is over", seen => seen is { Protection: "armed", Silence: null, PowerOff: "ready", Sims: ["matched"] });
        Scene.Hold(await scene.PositionsAsync(phone, morning) >= 40, "the day's positions are kept");
        foreach (var kind in (string[])["simRemoved", "powerOffRefused", "wentDark"])
            await scene.AlertsAsync(phone, kind, alert => alert.State == "resolved");
    }

    private static async Task SwitchOffAsync(Actor phone)
    {
        await phone.Phone.PressPowerAsync();
        await phone.Phone.EnterPinAsync(Scene.Pin);
        Scene.Hold(await phone.Phone.SwitchOffAsync(), "the PIN lets its user switch it off");
    }
}
