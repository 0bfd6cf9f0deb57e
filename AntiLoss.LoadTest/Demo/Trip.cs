namespace AntiLoss.LoadTest.Demo;

/// <summary>How somebody moves: top speeds in metres per second, and how sharply they slow down and speed up.</summary>
public sealed record Pace(double Avenue, double Street, double Corner, bool StopsAtLights)
{
    public static readonly Pace Driving = new(14.5, 9, 4, true);
    public static readonly Pace Riding = new(6.8, 5.5, 3, true);
    public static readonly Pace Walking = new(1.45, 1.4, 1.2, false);
}

/// <summary>Where and how fast, at a moment of a trip or a stay.</summary>
public readonly record struct Pose(Spot Spot, double SpeedMetresPerSecond, double CourseDegrees);

/// <summary>
/// One way through the streets: knots in time, with a steady acceleration between two of them. Made once from corners
/// and a pace; asked for the pose at any second.
/// </summary>
public sealed class Trip
{
    private readonly Knot[] _knots;

    private Trip(Knot[] knots) => _knots = knots;

    /// <summary>From the first move to the last, in seconds.</summary>
    public double Seconds => _knots[^1].Seconds;

    /// <summary>A way along the streets, by avenues where it is far, with slow corners and red lights as chance has it.</summary>
    public static Trip Between(Corner from, Corner to, Pace pace, Random chance)
    {
        var corners = Corners(from, to, chance);
        var knots = new List<Knot> { new(0, from.Spot, 0) };
        for (var i = 1; i < corners.Count; i++)
            AddBlock(knots, corners, i, pace, chance);
        return new Trip([.. knots]);
    }

    /// <summary>The pose after so many seconds; before the start and after the end it stands still.</summary>
    public Pose At(double seconds)
    {
        var next = Array.FindIndex(_knots, knot => knot.Seconds > seconds);
        if (next <= 0)
        {
            var last = next == 0 ? _knots[0] : _knots[^1];
            return new Pose(last.Spot, 0, 0);
        }
        var (a, b) = (_knots[next - 1], _knots[next]);
        var passed = seconds - a.Seconds;
        var whole = b.Seconds - a.Seconds;
        var acceleration = (b.Speed - a.Speed) / whole;
        var length = (a.Speed + b.Speed) / 2 * whole;
        var gone = a.Speed * passed + acceleration * passed * passed / 2;
        var part = length > 0 ? Math.Clamp(gone / length, 0, 1) : 0;
        return new Pose(a.Spot.Towards(b.Spot, part), Math.Max(0, a.Speed + acceleration * passed), a.Spot.CourseTo(b.Spot));
    }

    // Side street to an avenue, the avenue to another one, that one to the last side street.
    private static List<Corner> Corners(Corner start, Corner goal, Random chance)
    {
        var corners = new List<Corner> { start };
        if (Math.Abs(goal.Column - start.Column) + Math.Abs(goal.Row - start.Row) > 2 * City.AvenueEvery)
        {
            var row = Snap(start.Row, goal.Row);
            var column = Snap(goal.Column, start.Column);
            if (chance.Next(3) == 0)
                row = Math.Clamp(row + City.AvenueEvery * (chance.Next(2) * 2 - 1), -City.Reach, City.Reach);
            Walk(corners, start with { Row = row });
            Walk(corners, new Corner(column, row));
            Walk(corners, new Corner(column, goal.Row));
        }
        else if (chance.Next(2) == 0)
            Walk(corners, start with { Row = goal.Row });
        else
            Walk(corners, start with { Column = goal.Column });
        Walk(corners, new Corner(goal.Column, corners[^1].Row));
        Walk(corners, goal);
        return corners;
    }

    // The avenue nearest to a street, on the side towards where the way leads.
    private static int Snap(int street, int towards)
    {
        var down = (int)Math.Floor(street / (double)City.AvenueEvery) * City.AvenueEvery;
        return towards > street ? Math.Min(down + City.AvenueEvery, City.Reach) : Math.Max(down, -City.Reach);
    }

    private static void Walk(List<Corner> corners, Corner to)
    {
        var at = corners[^1];
        while (at != to)
        {
            at = at.Column != to.Column
                ? at with { Column = at.Column + Math.Sign(to.Column - at.Column) }
                : at with { Row = at.Row + Math.Sign(to.Row - at.Row) };
            corners.Add(at);
        }
    }

    // One block: from the last knot over the block's middle to the next corner, and perhaps a red light there.
    private static void AddBlock(List<Knot> knots, List<Corner> corners, int index, Pace pace, Random chance)
    {
        var (from, to) = (corners[index - 1], corners[index]);
        var avenue = from.Row == to.Row ? from.Row % City.AvenueEvery == 0 : from.Column % City.AvenueEvery == 0;
        var top = (avenue ? pace.Avenue : pace.Street) * (0.75 + 0.25 * chance.NextDouble());
        var isLast = index == corners.Count - 1;
        var turns = !isLast && (corners[index + 1].Column - to.Column, corners[index + 1].Row - to.Row)
            != (to.Column - from.Column, to.Row - from.Row);
        var isRed = pace.StopsAtLights && !isLast && to.IsCrossing && chance.Next(10) < 4;
        AddKnot(knots, from.Spot.Towards(to.Spot, 0.5), top);
        AddKnot(knots, to.Spot, isLast || isRed ? 0 : turns ? Math.Min(pace.Corner, top) : top);
        if (isRed)
            knots.Add(knots[^1] with { Seconds = knots[^1].Seconds + 8 + chance.Next(45) });
    }

    private static void AddKnot(List<Knot> knots, Spot spot, double speed)
    {
        var last = knots[^1];
        var mean = Math.Max(0.5, (last.Speed + speed) / 2);
        knots.Add(new Knot(last.Seconds + last.Spot.MetresTo(spot) / mean, spot, speed));
    }

    private readonly record struct Knot(double Seconds, Spot Spot, double Speed);
}
