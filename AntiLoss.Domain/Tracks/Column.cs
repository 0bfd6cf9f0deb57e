using AntiLoss.Domain.Binary;

namespace AntiLoss.Domain.Tracks;

/// <summary>
/// One field of all positions of a chunk. A field that never changes takes a few bits for all of them. Any other is
/// written as steps from one position to the next, or as changes of that step, in units of what all steps are multiples
/// of; each by its size, or as runs of equal ones: whichever is shortest. Steps wrap around, so every value survives.
/// </summary>
internal static class Column
{
    /// <summary>Writes <paramref name="values"/>; if <paramref name="near"/> is given, perhaps as the distance from that field.</summary>
    public static void Write(BitWriter writer, ReadOnlySpan<long> values, ReadOnlySpan<long> near = default)
    {
        if (values.IsEmpty)
            return;
        if (!values.ContainsAnyExcept(values[0]))
        {
            writer.Write(0, 1);
            writer.WriteNumber(Varint.ZigZag(values[0]));
            return;
        }
        writer.Write(1, 1);
        Span<long> work = values.Length <= OpenChunk.Capacity ? stackalloc long[values.Length] : new long[values.Length];
        var best = Cheapest(values, near, work);
        if (!near.IsEmpty)
            writer.Write(best.IsDistance ? 1UL : 0, 1);
        writer.Write(best.IsChangeOfStep ? 1UL : 0, 1);
        writer.Write(best.IsRuns ? 1UL : 0, 1);
        writer.Write(best.Unit > 1 ? 1UL : 0, 1);
        if (best.Unit > 1)
            writer.WriteNumber((ulong)best.Unit);
        Prepare(values, best.IsDistance ? near : default, work);
        ToSteps(work, best.Unit, best.IsChangeOfStep);
        WriteSteps(writer, work, best);
    }

    /// <summary>Reads as many values as <paramref name="values"/> has room for.</summary>
    public static void Read(ref BitReader reader, Span<long> values, ReadOnlySpan<long> near = default)
    {
        if (values.IsEmpty)
            return;
        if (reader.Read(1) == 0)
        {
            values.Fill(Varint.UnZigZag(reader.ReadNumber()));
            return;
        }
        var isDistance = !near.IsEmpty && reader.Read(1) == 1;
        var isChangeOfStep = reader.Read(1) == 1;
        var isRuns = reader.Read(1) == 1;
        var unit = reader.Read(1) == 1 ? (long)reader.ReadNumber() : 1;
        ReadSteps(ref reader, values, new Shape(isDistance, isChangeOfStep, isRuns, unit));
        FromSteps(values, unit, isChangeOfStep);
        for (var i = 0; isDistance && i < values.Length; i++)
            values[i] += near[i];
    }

    private static Shape Cheapest(ReadOnlySpan<long> values, ReadOnlySpan<long> near, Span<long> work)
    {
        var (best, leastCost) = (default(Shape), int.MaxValue);
        for (var distance = 0; distance <= (near.IsEmpty ? 0 : 1); distance++)
        {
            Prepare(values, distance == 1 ? near : default, work);
            var unit = UnitOf(work);
            for (var change = 0; change <= 1; change++)
            {
                Prepare(values, distance == 1 ? near : default, work);
                ToSteps(work, unit, change == 1);
                for (var runs = 0; runs <= 1; runs++)
                {
                    var shape = new Shape(distance == 1, change == 1, runs == 1, unit);
                    var cost = CostOfSteps(work, shape);
                    if (cost < leastCost)
                        (best, leastCost) = (shape, cost);
                }
            }
        }
        return best;
    }

    private static void Prepare(ReadOnlySpan<long> values, ReadOnlySpan<long> near, Span<long> work)
    {
        values.CopyTo(work);
        for (var i = 0; i < near.Length; i++)
            work[i] -= near[i];
    }

    /// <summary>What all steps are multiples of: 10 for a phone that gives five decimals, 1,000 for one that knows no milliseconds.</summary>
    private static long UnitOf(ReadOnlySpan<long> values)
    {
        long unit = 0;
        for (var i = 1; i < values.Length && unit != 1; i++)
        {
            var step = values[i] - values[i - 1];
            if (step == long.MinValue)
                return 1;
            unit = GreatestCommonDivisor(unit, Math.Abs(step));
        }
        return Math.Max(1, unit);
    }

    private static long GreatestCommonDivisor(long one, long other)
    {
        while (other != 0)
            (one, other) = (other, one % other);
        return one;
    }

    private static void ToSteps(Span<long> values, long unit, bool isChangeOfStep)
    {
        for (var i = values.Length - 1; i > 0; i--)
            values[i] = (values[i] - values[i - 1]) / unit;
        for (var i = values.Length - 1; isChangeOfStep && i > 1; i--)
            values[i] -= values[i - 1];
    }

    private static void FromSteps(Span<long> values, long unit, bool isChangeOfStep)
    {
        for (var i = 2; isChangeOfStep && i < values.Length; i++)
            values[i] += values[i - 1];
        for (var i = 1; i < values.Length; i++)
            values[i] = values[i - 1] + (values[i] * unit);
    }

    private static void WriteSteps(BitWriter writer, ReadOnlySpan<long> steps, Shape shape)
    {
        var at = Math.Min(shape.Heads, steps.Length);
        foreach (var head in steps[..at])
            writer.WriteNumber(Varint.ZigZag(head));
        var rice = default(AdaptiveRice);
        while (at < steps.Length)
        {
            var run = shape.IsRuns ? RunAt(steps, at) : 1;
            if (shape.IsRuns)
            {
                writer.WriteNumber(Varint.ZigZag(steps[at]));
                writer.WriteNumber((ulong)run - 1);
            }
            else
            {
                rice.Write(writer, Varint.ZigZag(steps[at]));
            }
            at += run;
        }
    }

    private static int CostOfSteps(ReadOnlySpan<long> steps, Shape shape)
    {
        var at = Math.Min(shape.Heads, steps.Length);
        var cost = 0;
        foreach (var head in steps[..at])
            cost += BitWriter.CostOfNumber(Varint.ZigZag(head));
        var rice = default(AdaptiveRice);
        while (at < steps.Length)
        {
            var run = shape.IsRuns ? RunAt(steps, at) : 1;
            cost += shape.IsRuns
                ? BitWriter.CostOfNumber(Varint.ZigZag(steps[at])) + BitWriter.CostOfNumber((ulong)run - 1)
                : rice.Cost(Varint.ZigZag(steps[at]));
            at += run;
        }
        return cost;
    }

    private static void ReadSteps(ref BitReader reader, Span<long> steps, Shape shape)
    {
        var at = Math.Min(shape.Heads, steps.Length);
        for (var i = 0; i < at; i++)
            steps[i] = Varint.UnZigZag(reader.ReadNumber());
        var rice = default(AdaptiveRice);
        while (at < steps.Length)
        {
            if (shape.IsRuns)
            {
                var step = Varint.UnZigZag(reader.ReadNumber());
                var more = reader.ReadNumber();
                if (more >= (ulong)(steps.Length - at))
                    throw new FormatException("A run is longer than its column.");
                steps.Slice(at, (int)more + 1).Fill(step);
                at += (int)more + 1;
            }
            else
            {
                steps[at++] = Varint.UnZigZag(rice.Read(ref reader));
            }
        }
    }

    private static int RunAt(ReadOnlySpan<long> steps, int at)
    {
        var length = steps[at..].IndexOfAnyExcept(steps[at]);
        return length < 0 ? steps.Length - at : length;
    }

    /// <summary>How a column is written.</summary>
    private readonly record struct Shape(bool IsDistance, bool IsChangeOfStep, bool IsRuns, long Unit)
    {
        /// <summary>Numbers at the start that are no steps to judge others by: the first value, and the first step.</summary>
        public int Heads => IsChangeOfStep ? 2 : 1;
    }
}
