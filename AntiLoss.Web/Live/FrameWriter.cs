using System.Buffers;
using System.Text;
using AntiLoss.Domain.Devices;

namespace AntiLoss.Web.Live;

/// <summary>The bits of a frame's flags.</summary>
[Flags]
internal enum FrameFlags
{
    None = 0,
    Reset = 1,
    More = 2,
    Stale = 4,
    Clusters = 8,
}

/// <summary>The sections of a frame, in the order in which they come.</summary>
internal enum FrameSection : byte
{
    Counts = 1,
    Introductions = 2,
    Rows = 3,
    Gone = 4,
    Clusters = 5,
    Chosen = 6,
    Resume = 7,
}

/// <summary>
/// Writes a frame as docs/live-feed.md has it. One per sender, used again and again; a section's length is known only
/// when it ends, so each is written aside and copied.
/// </summary>
internal sealed class FrameWriter
{
    private readonly ArrayBufferWriter<byte> _frame = new(4096);
    private readonly ArrayBufferWriter<byte> _section = new(4096);
    private int _handle;

    public void Begin(uint number, FrameFlags flags, long nowMs)
    {
        _frame.ResetWrittenCount();
        Varint(_frame, number);
        Varint(_frame, (uint)flags);
        Varint(_frame, (ulong)nowMs);
    }

    public byte[] End() => _frame.WrittenSpan.ToArray();

    public void BeginSection()
    {
        _section.ResetWrittenCount();
        _handle = 0;
    }

    /// <summary>Adds what was written since <see cref="BeginSection"/>; a section without content is left out.</summary>
    public void EndSection(FrameSection section)
    {
        if (_section.WrittenCount == 0)
            return;
        _frame.Write([(byte)section]);
        Varint(_frame, (ulong)_section.WrittenCount);
        _frame.Write(_section.WrittenSpan);
    }

    public void Counts(FleetTally tally)
    {
        Number((ulong)tally.All);
        Number((ulong)tally.OnEsim);
        var last = tally.ByState.LastIndexOfAnyExcept(0);
        foreach (var count in tally.ByState[..(last + 1)])
            Number((ulong)count);
    }

    public void Introduction(int handle, DeviceRow row, string personName)
    {
        Handle(handle);
        row.Key.Device.WriteTo(_section.GetSpan(16));
        _section.Advance(16);
        Number((ulong)row.Fleet);
        Number((ulong)row.Person);
        Text(row.Name);
        Text(personName);
    }

    /// <summary>Writes what differs from <paramref name="known"/>; nothing at all if nothing does.</summary>
    public void Changed(int handle, in WireRow known, in WireRow row)
    {
        // A place that went away has no field: the row starts afresh.
        if (known.HasPlace && !row.HasPlace)
        {
            Fresh(handle, row);
            return;
        }
        var changes = RowFields.Between(known, row);
        if (changes != 0)
            Row(handle, changes, known, row);
    }

    /// <summary>Writes the whole row.</summary>
    public void Fresh(int handle, in WireRow row) =>
        Row(handle, RowFields.Fresh | RowFields.Between(WireRow.Blank, row), WireRow.Blank, row);

    public void Handle(int handle)
    {
        Number((ulong)(handle - _handle));
        _handle = handle;
    }

    public void Number(ulong value) => Varint(_section, value);

    public void Byte(byte value)
    {
        _section.GetSpan(1)[0] = value;
        _section.Advance(1);
    }

    public void Raw(ReadOnlySpan<byte> bytes) => _section.Write(bytes);

    private void Row(int handle, int fields, in WireRow known, in WireRow row)
    {
        Handle(handle);
        Byte((byte)fields);
        if ((fields & RowFields.Place) != 0)
        {
            Zigzag((long)row.LatitudeE6 - known.LatitudeE6);
            Zigzag((long)row.LongitudeE6 - known.LongitudeE6);
        }
        if ((fields & RowFields.Status) != 0)
            Number(row.Status);
        if ((fields & RowFields.Motion) != 0)
        {
            Byte(row.Heading);
            Byte(row.Speed);
        }
        if ((fields & RowFields.Battery) != 0)
            Byte(row.Battery);
        if ((fields & RowFields.FixedAt) != 0)
            Zigzag((long)row.FixedAtS - known.FixedAtS);
        if ((fields & RowFields.Contact) != 0)
            Zigzag((long)row.ContactAtS - known.ContactAtS);
    }

    private void Zigzag(long value) => Number((ulong)(value << 1 ^ value >> 63));

    private void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Number((ulong)length);
        _section.Advance(Encoding.UTF8.GetBytes(text, _section.GetSpan(length)));
    }

    private static void Varint(ArrayBufferWriter<byte> buffer, ulong value)
    {
        var span = buffer.GetSpan(10);
        var length = 0;
        for (; value > 127; value >>= 7)
            span[length++] = (byte)(value | 128);
        span[length++] = (byte)value;
        buffer.Advance(length);
    }

    /// <summary>The bits of a row's mask.</summary>
    private static class RowFields
    {
        public const int Fresh = 1, Place = 2, Status = 4, Motion = 8, Battery = 16, FixedAt = 32, Contact = 64;

        public static int Between(in WireRow known, in WireRow row)
        {
            var place = row.HasPlace && (!known.HasPlace || row.LatitudeE6 != known.LatitudeE6 || row.LongitudeE6 != known.LongitudeE6);
            return (place ? Place : 0)
                | (row.Status != known.Status ? Status : 0)
                | (row.Heading != known.Heading || row.Speed != known.Speed ? Motion : 0)
                | (row.Battery != known.Battery ? Battery : 0)
                | (row.FixedAtS != known.FixedAtS ? FixedAt : 0)
                | (row.ContactAtS != known.ContactAtS ? Contact : 0);
        }
    }
}
