using System.Text.Json;

namespace AntiLoss.Benchmarks;

/// <summary>How many bytes each of <see cref="HotPaths"/> may allocate, by method name, as <c>limits.json</c> records it.</summary>
public static class Limits
{
    public static IReadOnlyDictionary<string, long> AllocatedBytes { get; } = Read();

    private static Dictionary<string, long> Read()
    {
        using var file = typeof(Limits).Assembly.GetManifestResourceStream("limits.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, long>>(file)!;
    }
}
