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
}
