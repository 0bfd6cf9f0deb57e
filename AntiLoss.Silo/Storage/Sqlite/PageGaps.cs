using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace AntiLoss.Silo.Storage.Sqlite;

/// <summary>
/// The gaps between a page's cell pointers and its cells, which nothing reads. <c>secure_delete</c> zeroes a row that is
/// deleted and a page that is freed; but when SQLite moves rows to a neighbouring page, their old copies stay in the gap,
/// and outlive the rows. So the gaps are zeroed here, in the file itself.
/// </summary>
/// <remarks>
/// Closing it ends the locks that SQLite holds on the file in this process (POSIX), so it is closed after the connection
/// that it belongs to.
/// </remarks>
internal sealed class PageGaps(string path) : IDisposable
{
    private const int PageBytes = 4096;
    private const int MapEntryBytes = 5;
    private const byte MappedAsRoot = 1;
    private const byte MappedAsTree = 5;

    /// <summary>A map page says what each of the pages after it is, up to the next map page.</summary>
    private const int GroupPages = (PageBytes / MapEntryBytes) + 1;

    private const int GroupsPerPart = 4;

    private readonly SafeFileHandle _file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
    private readonly byte[] _group = new byte[GroupPages * PageBytes];

    /// <summary>
    /// Zeroes the gaps in one part of the file; false after the last part. The write-ahead log must be empty, and no
    /// connection that writes may hold a page in memory: it would write the old gap back.
    /// </summary>
    public bool Erase(int part)
    {
        var changed = false;
        // The first page is the schema's; maps begin with the second.
        var at = PageBytes + ((long)part * GroupsPerPart * _group.Length);
        for (var group = 0; group < GroupsPerPart; group++, at += _group.Length)
        {
            var pages = RandomAccess.Read(_file, _group, at) / PageBytes;
            for (var page = 1; page < pages; page++)
                changed |= _group[(page - 1) * MapEntryBytes] is MappedAsRoot or MappedAsTree && EraseGap(at, page);
        }
        if (changed)
            RandomAccess.FlushToDisk(_file);
        return at < RandomAccess.GetLength(_file);
    }

    public void Dispose() => _file.Dispose();

    private bool EraseGap(long groupAt, int page)
    {
        var bytes = _group.AsSpan(page * PageBytes, PageBytes);
        var head = bytes[0] is 2 or 5 ? 12 : bytes[0] is 10 or 13 ? 8 : PageBytes;
        var from = head + (2 * BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]));
        var to = BinaryPrimitives.ReadUInt16BigEndian(bytes[5..]);
        if (from >= to || to > PageBytes || bytes[from..to].IndexOfAnyExcept((byte)0) < 0)
            return false;
        bytes[from..to].Clear();
        RandomAccess.Write(_file, bytes[from..to], groupAt + (page * PageBytes) + from);
        return true;
    }
}
