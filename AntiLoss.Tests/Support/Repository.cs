namespace AntiLoss.Tests.Support;

/// <summary>Where the sources of this build lie: tests that read project files, pages and the console's folder start here.</summary>
public static class Repository
{
    /// <summary>The folder with <c>AntiLoss.sln</c>.</summary>
    public static readonly string Root = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "AntiLoss.sln")))
                return folder.FullName;
        }
        throw new DirectoryNotFoundException($"No AntiLoss.sln above {AppContext.BaseDirectory}.");
    }
}
