using BenchmarkDotNet.Running;

namespace AntiLoss.Benchmarks;

/// <summary>Measures the hot paths: <c>dotnet run -c Release --project AntiLoss.Benchmarks -- --filter '*'</c>.</summary>
internal static class Program
{
    private static void Main(string[] arguments) => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(arguments);
}
