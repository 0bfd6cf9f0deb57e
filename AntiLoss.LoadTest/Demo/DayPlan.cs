namespace AntiLoss.LoadTest.Demo;

/// <summary>
/// What one simulated phone does in one of its days: a pure function of the phone and the day's number, so that a demo
/// that is started again goes on where it would have been, and repeats itself exactly. A day begins and ends at the
/// phone's base, on the charger.
/// </summary>
public sealed class DayPlan
{
    /// <summary>A day, in seconds.</summary>
    public const int Length = 24 * 3600;

    // Nobody sets out later than this: the longest way home takes less than the rest.
    private const double LastDeparture = 22.5 * 3600;

    private readonly List<Stage> _stages = [];

    private DayPlan()
    {
    }

    /// <summary>The day of a phone, by its number since 1970; each phone's day starts at an hour of its own.</summary>
    public static DayPlan For(DemoPerson person, long day)
    {
        var chance = new Random(HashCode(person.Number, day));
        var plan = new DayPlan();
        var at = person.Base;
        plan.Stay(at, 1_800 + chance.Next(5_400), 100, true);
        while (plan.End < LastDeparture && person.Habits.Moves)
        {
            at = plan.Go(at, person.Habits.Next(person.Base, at, chance), person.Habits.Pace, chance);
            plan.Stay(at, person.Habits.StopSeconds(chance), plan.Battery, at == person.Base);
        }
        if (at != person.Base)
            plan.Go(at, person.Base, person.Habits.Pace, chance);
        plan.Stay(person.Base, Math.Max(0, Length - plan.End), plan.Battery, true);
        return plan;
    }

    private double End => _stages.Count == 0 ? 0 : _stages[^1].End;

    private double Battery => _stages[^1].BatteryAt(_stages[^1].End);

    /// <summary>What the phone's day is like at a second of it.</summary>
    public Moment At(double second)
    {
        var stage = _stages.Find(stage => second < stage.End) ?? _stages[^1];
        var pose = stage.Trip?.At(second - stage.Start) ?? new Pose(stage.Spot, 0, 0);
        return new Moment(pose, stage.Trip is null, stage.AtBase, stage.BatteryAt(second), stage.Start);
    }

    private void Stay(Corner at, double seconds, double battery, bool atBase) =>
        _stages.Add(new Stage(End, End + seconds, null, at.Spot, atBase, battery, atBase ? 0.012 : -0.0006));

    private Corner Go(Corner from, Corner to, Pace pace, Random chance)
    {
        if (from == to)
            return to;
        var trip = Trip.Between(from, to, pace, chance);
        _stages.Add(new Stage(End, End + trip.Seconds, trip, from.Spot, false, Battery, -0.0016));
        return to;
    }

    // System.HashCode differs from run to run; this one must not.
    private static int HashCode(int number, long day) => unchecked((int)(number * 2_654_435_761L + day * 40_503L));

    private sealed record Stage(double Start, double End, Trip? Trip, Spot Spot, bool AtBase, double Battery, double PercentPerSecond)
    {
        public double BatteryAt(double second) => Math.Clamp(Battery + (second - Start) * PercentPerSecond, 4, 100);
    }
}

/// <summary>What a phone's day is like at one moment.</summary>
/// <param name="IsStill">It is staying somewhere; at a red light it is not.</param>
/// <param name="AtBase">It is at its base: on Wi-Fi and on the charger.</param>
/// <param name="StageStart">Since which second of the day it has been staying or moving.</param>
public readonly record struct Moment(Pose Pose, bool IsStill, bool AtBase, double BatteryPercent, double StageStart);
