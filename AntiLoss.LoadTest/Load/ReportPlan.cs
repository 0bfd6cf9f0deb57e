namespace AntiLoss.LoadTest.Load;

/// <summary>
/// Which report is sent when, by whom and from where: pure arithmetic, so that a million reports need no memory of
/// their own and a row on the map can be traced to the moment at which its report was due.
/// </summary>
/// <param name="Phones">Phones take turns.</param>
/// <param name="Batch">Reports in a request.</param>
public readonly record struct ReportPlan(int Phones, int Batch)
{
    private const int Steps = 100;
    private const int LatitudeStepE6 = 80;
    private const int LongitudeStepE6 = 8;
    private const int PhonesPerRow = 1_000;

    /// <summary>Reports of one phone before it is at its first place again.</summary>
    public const int Cycle = Steps * Steps;

    /// <summary>The phone that sends a request.</summary>
    public int PhoneOf(int request) => request % Phones;

    /// <summary>A phone's number of the first report in a request, from 0 on.</summary>
    public int FirstOf(int request) => request / Phones * Batch;

    /// <summary>The request that carries a phone's report.</summary>
    public int RequestOf(int phone, int number) => number / Batch * Phones + phone;

    /// <summary>
    /// Where a phone is at a report, in 1e-6°: it sweeps a field of its own, 890 by 60 m, so slowly that nothing looks
    /// like a teleport, and no two of 10,000 reports in a row share a place.
    /// </summary>
    public static (int LatitudeE6, int LongitudeE6) PlaceOf(int phone, int number)
    {
        var step = number % Cycle;
        return (
            48_000_000 + phone / PhonesPerRow * 9_000 + step / Steps * LatitudeStepE6,
            11_000_000 + phone % PhonesPerRow * 900 + step % Steps * LongitudeStepE6);
    }

    /// <summary>The number, modulo <see cref="Cycle"/>, of the report that a phone sent from a place; -1 if it never was there.</summary>
    public static int NumberAt(int phone, int latitudeE6, int longitudeE6)
    {
        var (latitude, longitude) = PlaceOf(phone, 0);
        var (rows, offRow) = Math.DivRem(latitudeE6 - latitude, LatitudeStepE6);
        var (columns, offColumn) = Math.DivRem(longitudeE6 - longitude, LongitudeStepE6);
        return offRow == 0 && offColumn == 0 && rows is >= 0 and < Steps && columns is >= 0 and < Steps
            ? rows * Steps + columns
            : -1;
    }
}
