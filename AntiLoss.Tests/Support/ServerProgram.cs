namespace AntiLoss.Tests.Support;

/// <summary>The built server program of this build's configuration: it has the console beside it, which the copy in the test output has not.</summary>
internal static class ServerProgram
{
    public static readonly string Path = Find();

    private static string Find()
    {
        // …/AntiLoss.Tests/bin/Release/net10.0/ → …/AntiLoss.Web/bin/Release/net10.0/AntiLoss.Web.dll
        var output = System.IO.Path.GetRelativePath(Repository.PathOf("AntiLoss.Tests"), AppContext.BaseDirectory);
        var path = System.IO.Path.GetFullPath(Repository.PathOf("AntiLoss.Web", output, "AntiLoss.Web.dll"));
        return File.Exists(path) ? path : throw new FileNotFoundException("Build the solution first.", path);
    }
}
