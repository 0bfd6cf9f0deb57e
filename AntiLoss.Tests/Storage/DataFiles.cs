namespace AntiLoss.Tests.Storage;

/// <summary>The files of a data folder as somebody reads them who has the disk.</summary>
internal static class DataFiles
{
    /// <summary>How often some bytes are in the database and its write-ahead log.</summary>
    public static int Occurrences(string folder, ReadOnlySpan<byte> wanted)
    {
        var found = 0;
        foreach (var path in Directory.GetFiles(folder, "antiloss.db*").Where(path => !path.EndsWith("-shm", StringComparison.Ordinal)))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            for (var rest = bytes.AsSpan(); rest.IndexOf(wanted) is >= 0 and var at; found++)
                rest = rest[(at + 1)..];
        }
        return found;
    }
}
