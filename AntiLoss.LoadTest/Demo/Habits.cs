namespace AntiLoss.LoadTest.Demo;

/// <summary>How a kind of worker moves through a day.</summary>
/// <param name="Pace">How fast.</param>
/// <param name="Streets">How far from the base it goes, in streets.</param>
/// <param name="Hop">How far from one stop to the next, in streets.</param>
/// <param name="LongestStopSeconds">Stops last from a tenth of this to this.</param>
/// <param name="ReportEverySeconds">How often its phone reports while it moves.</param>
/// <param name="Moves">False for a phone that lies on a desk.</param>
public sealed record Habits(Pace Pace, int Streets, int Hop, int LongestStopSeconds, int ReportEverySeconds, bool Moves = true)
{
    public static readonly Habits Van = new(Pace.Driving, 44, 24, 540, 10);
    public static readonly Habits Courier = new(Pace.Riding, 20, 12, 300, 5);
    public static readonly Habits Technician = new(Pace.Driving, 40, 30, 2_700, 15);
    public static readonly Habits Walker = new(Pace.Walking, 7, 5, 600, 20);
    public static readonly Habits Desk = new(Pace.Walking, 0, 0, 0, 60, Moves: false);

    /// <summary>How long a stop lasts.</summary>
    public double StopSeconds(Random chance) => LongestStopSeconds * (0.1 + 0.9 * chance.NextDouble());

    /// <summary>Where it goes next: mostly a hop further, sometimes back to the base.</summary>
    public Corner Next(Corner home, Corner at, Random chance)
    {
        if (at != home && chance.Next(9) == 0)
            return home;
        var corner = new Corner(at.Column + chance.Next(-Hop, Hop + 1), at.Row + chance.Next(-Hop, Hop + 1));
        return new Corner(
            Math.Clamp(corner.Column, home.Column - Streets, home.Column + Streets),
            Math.Clamp(corner.Row, home.Row - Streets, home.Row + Streets)).Clamped();
    }
}
