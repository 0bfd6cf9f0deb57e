namespace AntiLoss.Tests.Support;

/// <summary>
/// Real tracks, payloads and vectors, which lie beside the repository (<c>../shared/data</c>) and are never copied into
/// it. Where they are absent a test is skipped and says so.
/// </summary>
public static class SharedData
{
    private static readonly string? Folder = Find();

    /// <summary>The path of a file of the shared data, or a skip: <c>SharedData.Path("tracks/sf-cabs.csv.gz")</c>.</summary>
    public static string Path(string relative)
    {
        var path = Folder is null ? null : System.IO.Path.Combine(Folder, relative);
        if (path is null || !File.Exists(path))
            Assert.Skip($"../shared/data/{relative} is not on this machine.");
        return path;
    }

    /// <summary>The lines of a text file of the shared data, gunzipped if its name ends in <c>.gz</c>; or a skip.</summary>
    public static IEnumerable<string> Lines(string relative)
    {
        var path = Path(relative);
        return ReadLines(path);
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        using Stream file = File.OpenRead(path);
        using var plain = path.EndsWith(".gz", StringComparison.Ordinal)
            ? new System.IO.Compression.GZipStream(file, System.IO.Compression.CompressionMode.Decompress)
            : file;
        using var reader = new StreamReader(plain);
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (File.Exists(System.IO.Path.Combine(candidate, "tracks-index.ndjson")))
                return candidate;
        }
        return null;
    }
}
