namespace AntiLoss.Domain.Tracks;

/// <summary>
/// Golomb-Rice code whose parameter follows the mean of the last few numbers, as in JPEG-LS: a phone that starts to move
/// needs no new header. A number far above the mean is written whole, so that one leap costs 8 bytes and not 8,000.
/// </summary>
internal struct AdaptiveRice
{
    private const int MostOnes = 12;
    private const int MostParameter = 48;
    private const int Memory = 16;

    private ulong _sum;
    private int _count;

    /// <summary>Low bits that are written as they are; the rest is counted in ones.</summary>
    private readonly int Parameter =>
        _sum == 0 ? 0 : Math.Min(MostParameter, BitLength.Of((_sum - 1) / (ulong)_count));

    public void Write(BitWriter writer, ulong value)
    {
        if (_count == 0)
        {
            writer.WriteNumber(value);
        }
        else
        {
            var low = Parameter;
            var high = value >> low;
            if (high < MostOnes)
            {
                writer.Write((1UL << ((int)high + 1)) - 2, (int)high + 1);
                writer.Write(value, low);
            }
            else
            {
                writer.Write((1UL << MostOnes) - 1, MostOnes);
                writer.WriteNumber(value);
            }
        }
        Learn(value);
    }

    /// <summary>Bits that <see cref="Write"/> would write.</summary>
    public int Cost(ulong value)
    {
        var low = Parameter;
        var high = value >> low;
        var cost = _count > 0 && high < MostOnes
            ? (int)high + 1 + low
            : (_count > 0 ? MostOnes : 0) + BitWriter.CostOfNumber(value);
        Learn(value);
        return cost;
    }

    public ulong Read(ref BitReader reader)
    {
        ulong value;
        if (_count == 0)
        {
            value = reader.ReadNumber();
        }
        else
        {
            var low = Parameter;
            var ones = reader.ReadOnes(MostOnes);
            value = ones < MostOnes ? (ulong)ones << low | reader.Read(low) : reader.ReadNumber();
        }
        Learn(value);
        return value;
    }

    private void Learn(ulong value)
    {
        // A leap must not spoil the numbers after it; the first is all that is known.
        _sum += Math.Min(value, (ulong)MostOnes << (_count == 0 ? MostParameter : Parameter));
        if (++_count < Memory)
            return;
        _sum >>= 1;
        _count >>= 1;
    }
}
