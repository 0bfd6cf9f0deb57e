namespace AntiLoss.Tests.Support;

/// <summary>
/// How much a test does: <c>suite</c> (<c>dotnet test</c>), <c>long</c> (<c>.ci/long</c>) or <c>release</c>
/// (<c>.ci/release</c>), chosen by the variable <c>ANTILOSS_TIER</c>; <c>mutants</c> (<c>.ci/mutants</c>) does a fortieth of
/// the suite, for it does it hundreds of times.
/// </summary>
public static class Tier
{
    private static readonly string Name = Environment.GetEnvironmentVariable("ANTILOSS_TIER") is { Length: > 0 } name ? name : "suite";

    /// <summary>The count for this run's tier. Without a count of its own, <c>release</c> does what <c>long</c> does.</summary>
    public static int Count(int suite, int @long, int? release = null) => Name switch
    {
        "suite" => suite,
        "mutants" => Math.Max(1, suite / 40),
        "long" => @long,
        "release" => release ?? @long,
        _ => throw new InvalidOperationException($"ANTILOSS_TIER is '{Name}'; known tiers are suite, long, release, mutants."),
    };
}
