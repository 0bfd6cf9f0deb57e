using AntiLoss.Domain.Agents;
using AntiLoss.LoadTest.Agents;

namespace AntiLoss.LoadTest.Stories;

// What users and operators do with phones.
public static partial class Stories
{
    private static async Task DepotSwapAsync(Scene scene)
    {
        var (anna, bert) = (await scene.HandOutAsync("Anna's"), await scene.HandOutAsync("Bert's"));
        scene.Tell("A window is opened for the swap: SIMs come and go, and nobody is alarmed.");
        await scene.ActAsync(anna, "maintenance");
        await scene.ActAsync(bert, "maintenance");

        scene.Tell("Bert's phone works with Anna's SIM; both learn whose it is.");
        await anna.Phone.RemoveSimAsync();
        await bert.Phone.RemoveSimAsync();
        await bert.Phone.InsertSimAsync(anna.OwnSim);
        await scene.SeesAsync(bert, "the SIM is known to be borrowed, and nobody is suspected", seen => seen is { Protection: "armed", Sims: ["borrowed"] });
        await scene.AlertsAsync(bert, "simBorrowed", alert => alert.Severity == "info");
        await scene.AlertsAsync(anna, "simBorrowed", alert => alert.Severity == "info");
        await bert.Phone.EnterPinAsync(Scene.Pin);
        Scene.Hold(!bert.Phone.IsLocked, "its user's PIN lets the SIM in");

        scene.Tell("It may keep it: one act moves the binding.");
        await scene.ActAsync(bert, "sims", anna.OwnSim.Iccid);
        await bert.Phone.CarryAsync(Scene.Place(52.5, 13.4));
        await scene.SeesAsync(bert, "the SIM is its own", seen => seen is { Protection: "armed", Sims: ["matched"] });
        await scene.NoAlertAsync("simElsewhere");
        await scene.NoAlertAsync("foreignSim");
    }

    private static async Task ForgottenPinAsync(Scene scene)
    {
        const string NewPin = "135790";
        var phone = await scene.HandOutAsync("Forgotten");
        scene.Tell("Five wrong PINs: the phone is locked out, and suspects its own user.");
        await GuessAsync(phone);
        await scene.SeesAsync(phone, "it is locked out", seen => seen is { Protection: "suspected", PowerOff: "lockedOut", Reasons: ["powerOffRefused"] });

        scene.Tell("The phone shows a challenge; the help desk has its user before it, and a second person agrees.");
        var challenge = phone.Phone.AskForCode(RecoveryPurpose.NewPin);
        Scene.Hold(await scene.AskForCodeAsync(phone, RecoveryPurpose.NewPin, challenge) is null, "one person reads out no code for a suspected phone");
        await scene.AgreeAsync(phone);
        var code = await scene.AskForCodeAsync(phone, RecoveryPurpose.NewPin, challenge) ?? "";
        Scene.Hold(await phone.Phone.EnterCodeAsync(code) == PadAnswer.Right, "the code frees it");
        await phone.Phone.SetPinAsync(NewPin);
        Scene.Hold(await phone.Phone.EnterPinAsync(NewPin) == PadAnswer.Right, "the new PIN is right at once");
        await scene.SeesAsync(phone, "all is well", seen => seen is { Protection: "armed", PowerOff: "ready", Locked: false });
        await scene.AlertsAsync(phone, "powerOffRefused", alert => alert.State == "resolved");
        await scene.AlertsAsync(phone, "recoveryCodeAsked");
        await scene.AuditsAsync(phone, "recovery-code-asked", "Suspected", "NewPin, InPerson");
    }
}
