using AntiLoss.Domain.Identity;

namespace AntiLoss.LoadTest.Live;

/// <summary>Who stands behind a handle.</summary>
public sealed record LiveIntroduction(int Handle, DeviceId Device, int Fleet, int Person, string Name, string PersonName)
{
    internal static ImmutableArray<LiveIntroduction> DecodeAll(FrameReader reader)
    {
        var found = ImmutableArray.CreateBuilder<LiveIntroduction>();
        for (var handle = 0; !reader.AtEnd;)
        {
            handle += (int)reader.Varint();
            found.Add(new LiveIntroduction(
                handle, reader.Device(), (int)reader.Varint(), (int)reader.Varint(), reader.Text(), reader.Text()));
        }
        return found.DrainToImmutable();
    }
}

/// <summary>What changed in a phone's row, in wire units; null for a field that did not.</summary>
public sealed record LiveRow(int Handle, bool IsFresh)
{
    public (long Latitude, long Longitude)? PlaceChange { get; init; }
    public int? Status { get; init; }
    public (byte Heading, byte Speed)? Motion { get; init; }
    public byte? Battery { get; init; }
    public long FixedAtChange { get; init; }
    public long ContactChange { get; init; }

    internal static ImmutableArray<LiveRow> DecodeAll(FrameReader reader)
    {
        var rows = ImmutableArray.CreateBuilder<LiveRow>();
        for (var handle = 0; !reader.AtEnd;)
        {
            handle += (int)reader.Varint();
            var mask = reader.Byte();
            if ((mask & 128) != 0)
                throw new FormatException("An unknown field.");
            rows.Add(new LiveRow(handle, (mask & 1) != 0)
            {
                PlaceChange = (mask & 2) != 0 ? (reader.Zigzag(), reader.Zigzag()) : null,
                Status = (mask & 4) != 0 ? (int)reader.Varint() : null,
                Motion = (mask & 8) != 0 ? (reader.Byte(), reader.Byte()) : null,
                Battery = (mask & 16) != 0 ? reader.Byte() : null,
                FixedAtChange = (mask & 32) != 0 ? reader.Zigzag() : 0,
                ContactChange = (mask & 64) != 0 ? reader.Zigzag() : 0,
            });
        }
        return rows.DrainToImmutable();
    }
}

/// <summary>The phones of a cell of the grid.</summary>
/// <param name="CentreX">Their centre, in 1/256 of the cell from its western edge; <paramref name="CentreY"/> from its northern.</param>
public sealed record LiveCluster(int Level, long Cell, byte CentreX, byte CentreY, ImmutableArray<long> ByState)
{
    public long Count => ByState.Sum();

    internal static ImmutableArray<LiveCluster> DecodeAll(FrameReader reader)
    {
        var clusters = ImmutableArray.CreateBuilder<LiveCluster>();
        var level = reader.Byte();
        for (var cell = 0L; !reader.AtEnd;)
        {
            cell += reader.Varint();
            var (x, y, mask) = (reader.Byte(), reader.Byte(), reader.Byte());
            var counts = ImmutableArray.CreateBuilder<long>(8);
            for (var state = 0; state < 8; state++)
                counts.Add((mask >> state & 1) != 0 ? reader.Varint() : 0);
            clusters.Add(new LiveCluster(level, cell, x, y, counts.MoveToImmutable()));
        }
        return clusters.DrainToImmutable();
    }
}
