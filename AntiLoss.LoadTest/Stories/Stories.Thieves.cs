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

        scene.Tell("Five guesses at the PIN: the stranger's SIM stays refused, and the phone is locked out.");
        for (var guess = 0; guess < 5; guess++)
        {
            await phone.Phone.PressPowerAsync();
            await phone.Phone.EnterPinAsync("000000");
        }
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
}
