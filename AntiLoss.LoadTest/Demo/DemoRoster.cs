namespace AntiLoss.LoadTest.Demo;

/// <summary>The demo company's staff, in English and Chinese.</summary>
public static class DemoRoster
{
    /// <summary>Phones in the demo.</summary>
    public const int Count = 200;

    private const string Vans = "Delivery vans";
    private const string Couriers = "骑手 Couriers";
    private const string Technicians = "Field service";
    private const string Patrol = "巡检 Patrol";
    private const string Office = "Office 办公室";

    private static readonly string[] FirstNames =
        ["Grace", "Daniel", "Sofia", "Liam", "Amara", "Noah", "Priya", "Lucas", "Hannah", "Mateo", "Chloe", "Omar", "Julia", "Ethan"];

    private static readonly string[] LastNames =
        ["Miller", "Okafor", "Silva", "Novak", "Bennett", "Haddad", "Larsen", "Costa", "Fischer", "Moreau", "Reyes", "Walsh", "Kimura", "Hughes", "Petrov"];

    private static readonly string[] ChineseFamilies =
        ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "林"];

    private static readonly string[] ChineseGivens =
        ["伟", "芳", "秀英", "晓明", "建国", "丽娜", "志强", "雨欣", "浩然", "静怡", "子轩"];

    // Before All, which is made from it.
    private static readonly Corner[] Depots =
        [new(-24, 14), new(26, -18), new(10, 32), new(-14, -30), new(0, 8), new(32, 20)];

    /// <summary>Every simulated phone, by number.</summary>
    public static ImmutableArray<DemoPerson> All { get; } = [.. Enumerable.Range(0, Count).Select(At)];

    /// <summary>The fleets, in the order in which they are made.</summary>
    public static ImmutableArray<string> Fleets { get; } = [Vans, Couriers, Technicians, Patrol, Office];

    private static DemoPerson At(int number)
    {
        var (fleet, habits, name) = number switch
        {
            < 80 => (Vans, Habits.Van, $"Van {number + 1:00}"),
            < 125 => (Couriers, Habits.Courier, $"骑手 {number - 79:00}"),
            < 160 => (Technicians, Habits.Technician, $"Technician {number - 124:00}"),
            < 185 => (Patrol, Habits.Walker, $"巡检 {number - 159:00}"),
            _ => (Office, Habits.Desk, $"Desk 办公 {number - 184:00}"),
        };
        return new DemoPerson(number, name, PersonOf(number), fleet, habits, BaseOf(number, habits), TemperOf(number));
    }

    private static string PersonOf(int number) => number % 5 < 2
        ? ChineseFamilies[number % ChineseFamilies.Length] + ChineseGivens[number / 5 % ChineseGivens.Length]
        : $"{FirstNames[number % FirstNames.Length]} {LastNames[number % LastNames.Length]}";

    // Vans share four depots, technicians two; the others start where they live or work.
    private static Corner BaseOf(int number, Habits habits)
    {
        var chance = new Random(number + 17);
        var centre = habits == Habits.Van ? Depots[number % 4]
            : habits == Habits.Technician ? Depots[4 + number % 2]
            : habits == Habits.Desk ? new Corner(3, 2)
            : new Corner(chance.Next(-34, 35), chance.Next(-34, 35));
        return new Corner(centre.Column + chance.Next(-1, 2), centre.Row + chance.Next(-1, 2));
    }

    private static DemoTemper TemperOf(int number) => (number % 40) switch
    {
        7 or 23 => DemoTemper.Patchy,
        31 => DemoTemper.Silent,
        _ => number is 79 or 124 or 184 ? DemoTemper.Never : DemoTemper.Steady,
    };
}
