using System.Globalization;

namespace AntiLoss.Tests.Support;

/// <summary>
/// In a server process that a test starts: collects all garbage again and again and writes down what is left, so that a
/// resting phone is not charged with garbage.
/// </summary>
internal static class HeapReport
{
    /// <summary>Names the file of the report to the server process.</summary>
    public const string Variable = "ANTILOSS_TEST_HEAP";

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(3);

    private static Timer? _timer;

    public static void Plant(string path) => _timer = new Timer(
        _ =>
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            File.WriteAllText(path + ".new", string.Create(CultureInfo.InvariantCulture, $"{GC.CollectionCount(2)} {GC.GetTotalMemory(false)} {Environment.WorkingSet}"));
            File.Move(path + ".new", path, overwrite: true);
        },
        null, _every, _every);

    /// <summary>The third report from now on: of a process that has come to rest.</summary>
    public static async Task<(long Managed, long Resident)> ReadAsync(string path)
    {
        long[] first = [];
        var last = await Eventually.GetAsync(
            async () =>
            {
                long[] now = [.. (await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)).Split(' ').Select(number => long.Parse(number, CultureInfo.InvariantCulture))];
                if (first.Length == 0)
                    first = now;
                return now[0] >= first[0] + 3 ? now : null;
            },
            "three collections of the server",
            TimeSpan.FromMinutes(2));
        return (last[1], last[2]);
    }
}
