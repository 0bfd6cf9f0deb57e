using AntiLoss.Domain.Agents;
using AntiLoss.LoadTest.Agents;

namespace AntiLoss.LoadTest.Stories;

// What thieves do to phones.
public static partial class Stories
{
    private static async Task PocketedAsync(Scene scene)
    {
        var phone = await scene.HandOutAsync("Pocketed");
        scene.Tell("A thief takes the SIM out: the phone locks itself, and can't tell anyone.");
        await phone.Phone.RemoveSimAsync();
        Scene.Hold(phone.Phone.IsLocked, "the phone locks its screen by itself");

        scene.Tell("Another SIM goes in: the phone tells over it what has happened.");
        await phone.Phone.InsertSimAsync(scene.NewSim("26202"));
        await scene.SeesAsync(phone, "it is suspected for both reasons, and locked", seen =>
            seen is { Protection: "suspected", Locked: true, Sims: ["foreignPending"] } && seen.Reasons.Contains("simRemoved") && seen.Reasons.Contains("foreignSim"));

        scene.Tell("Five guesses at the PIN in the power menu: it stays on, and lets nobody guess on.");
        await GuessAsync(phone);
        Scene.Hold(!await phone.Phone.SwitchOffAsync(), "it does not switch off");
        await scene.SeesAsync(phone, "the power menu is locked out", seen => seen.PowerOff == "lockedOut" && seen.Reasons.Contains("powerOffRefused"));

        scene.Tell("The battery is pulled, and put back later.");
        phone.Phone.CutPower();
        await phone.Phone.StartAsync();
        Scene.Hold(phone.Phone is { IsLocked: true, PinFailures: 5 }, "it is locked as before, and no try was given back");
        Scene.Hold(await phone.Phone.EnterPinAsync(Scene.Pin) == PadAnswer.Shut, "even the right PIN has to wait");

        foreach (var kind in (string[])["simRemoved", "foreignSim", "powerOffRefused"])
            await scene.AlertsAsync(phone, kind, alert => alert is { Severity: "critical", State: "open" });
        await scene.AuditsAsync(phone, "protection", "Armed", "Suspected");
    }

    private static async Task SnatchedAsync(Scene scene)
    {
        var phone = await scene.HandOutAsync("Snatched");
        scene.Tell("It is snatched unlocked and carried away: nothing on the phone is out of order.");
        await phone.Phone.CarryAsync(Scene.Place(52.501, 13.4), metresPerSecond: 5);
        await scene.SeesAsync(phone, "it is armed and unlocked", seen => seen is { Protection: "armed", Locked: not true });

        scene.Tell("Its user reports it; the phone hears of it when it next reports.");
        await scene.ActAsync(phone, "lost");
        await phone.Phone.CarryAsync(Scene.Place(52.502, 13.4), metresPerSecond: 5);
        Scene.Hold(phone.Phone is { IsLost: true, IsLocked: true }, "the phone locks itself");
        await scene.SeesAsync(phone, "it is lost, and has told that it is locked", seen => seen is { Protection: "lost", Locked: true });

        scene.Tell("The thief knows the PIN, and wants no one to find the phone.");
        Scene.Hold(!await phone.Phone.SetAirplaneAsync(true), "it refuses airplane mode");
        await phone.Phone.PressPowerAsync();
        await phone.Phone.EnterPinAsync(Scene.Pin);
        Scene.Hold(!await phone.Phone.SwitchOffAsync(), "a lost phone is not switched off with the PIN");

        await scene.AlertsAsync(phone, "lost", alert => alert is { Severity: "critical", State: "open" });
        await scene.AuditsAsync(phone, "protection", "Armed", "Lost");
    }

    private static async Task DepotTheftAsync(Scene scene)
    {
        const int Taken = 30;
        scene.Tell($"{Taken} phones charge in one depot, ten others are on the road.");
        var depot = new List<Actor>();
        for (var i = 0; i < Taken; i++)
        {
            depot.Add(await scene.HandOutAsync($"Depot {i}", Scene.Place(52.5 + i % 6 * 1e-4, 13.4), i % 2 == 0 ? "26201" : "26202"));
            if (i % 5 == 4)
                await scene.PassAsync(TimeSpan.FromSeconds(150));
        }
        for (var i = 0; i < 10; i++)
            await scene.HandOutAsync($"Road {i}", Scene.Place(52.6 + i * 0.02, 13.6));
        await scene.PassAsync(TimeSpan.FromMinutes(20));

        scene.Tell("One after another they go into a foil bag, within two minutes.");
        foreach (var phone in depot)
        {
            await phone.Phone.PutInPouchAsync(true);
            await scene.PassAsync(TimeSpan.FromSeconds(4));
        }
        await scene.PassAsync(TimeSpan.FromMinutes(46));
        foreach (var phone in depot)
        {
            await scene.JudgedAsync(phone, "stolen together, in foil");
            await scene.SeesAsync(phone, "it is suspected of having been made dark", seen => seen is { Protection: "suspected", Reasons: ["wentDark:unknown"] });
        }
        await scene.AlertsAsync("the organization", alert => alert is { Kind: "storm", Detail: "MassLoss", Severity: "critical", Folds: Taken }, "storm that looks like the loss of many and names all of them");
    }

    private static async Task FactoryResetAsync(Scene scene)
    {
        var phone = await scene.HandOutAsync("Reset");
        scene.Tell("The workshop resets it, and the agent is set up again with a new code.");
        phone.Phone.FactoryReset();
        Scene.Hold(await scene.EnrolAgainAsync(phone), "it is let in");
        await phone.Phone.CarryAsync(Scene.Place(52.5, 13.4));
        await scene.SeesAsync(phone, "it is armed by its second enrolment", seen => seen is { Protection: "armed", Enrolment: 2, Sims: ["matched"] });
        Scene.Hold(!await phone.Phone.PressPowerAsync() || phone.Phone.IsOn, "it is guarded again");
        await scene.AuditsAsync(phone, "agent-enrolled", "1", "2");

        scene.Tell("It is lost, and its finder resets it and has a new code.");
        await scene.ActAsync(phone, "lost");
        phone.Phone.FactoryReset();
        Scene.Hold(!await scene.EnrolAgainAsync(phone), "a lost phone is not let in again on one person's word");
        await scene.SeesAsync(phone, "it is lost still", seen => seen is { Protection: "lost", Enrolment: 2 });
    }

    private static async Task HelpDeskThiefAsync(Scene scene)
    {
        var (phone, other) = (await scene.HandOutAsync("Stolen"), await scene.HandOutAsync("Accomplice's"));
        await scene.ActAsync(phone, "lost");
        await phone.Phone.CarryAsync(Scene.Place(52.5, 13.4));
        scene.Tell("The thief reads the challenge out, and the desk believes the thief: nobody else does.");
        var challenge = phone.Phone.AskForCode(RecoveryPurpose.PowerOffOnce);
        Scene.Hold(await scene.AskForCodeAsync(phone, RecoveryPurpose.PowerOffOnce, challenge) is null, "one person reads out no code for a lost phone");

        scene.Tell("An accomplice has a phone that nobody misses, and is read its code for this challenge.");
        var foreign = await scene.AskForCodeAsync(other, RecoveryPurpose.PowerOffOnce, challenge) ?? "";
        Scene.Hold(foreign.Length == RecoveryCode.Length && await phone.Phone.EnterCodeAsync(foreign) == PadAnswer.Wrong, "it is no code here");
        for (var guess = 0; guess < 4; guess++)
            Scene.Hold(await phone.Phone.EnterCodeAsync("0000000000") == PadAnswer.Wrong, "a guess is wrong");
        Scene.Hold(await phone.Phone.EnterCodeAsync("0000000000") == PadAnswer.Shut, "after five the door is shut");
        Scene.Hold(!await phone.Phone.SwitchOffAsync() && phone.Phone is { IsOn: true, IsLocked: true }, "it stays on and locked");

        await scene.SeesAsync(phone, "it is lost still", seen => seen is { Protection: "lost", Locked: true });
        await scene.AlertsAsync(phone, "recoveryCodeAsked", alert => alert.Severity == "warning");
        await scene.AlertsAsync(phone, "recoveryCodeRefused");
        await scene.AuditsAsync(phone, "recovery-code-asked", "Lost", "PowerOffOnce, InPerson");
    }

    /// <summary>Five guesses at the PIN, in the power menu.</summary>
    private static async Task GuessAsync(Actor phone)
    {
        for (var guess = 0; guess < 5; guess++)
        {
            await phone.Phone.PressPowerAsync();
            await phone.Phone.EnterPinAsync("000000");
        }
    }
}
