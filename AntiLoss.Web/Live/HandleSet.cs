using System.Numerics;

namespace AntiLoss.Web.Live;

/// <summary>A set of handles, one bit each.</summary>
internal sealed class HandleSet
{
    private ulong[] _words = [];

    public int Count { get; private set; }

    public bool Contains(int handle) => handle >> 6 < _words.Length && (_words[handle >> 6] >> (handle & 63) & 1) != 0;

    public bool Add(int handle)
    {
        if (Contains(handle))
            return false;
        if (handle >> 6 >= _words.Length)
            Array.Resize(ref _words, Math.Max(_words.Length * 2, (handle >> 6) + 1));
        _words[handle >> 6] |= 1UL << (handle & 63);
        Count++;
        return true;
    }

    public bool Remove(int handle)
    {
        if (!Contains(handle))
            return false;
        _words[handle >> 6] &= ~(1UL << (handle & 63));
        Count--;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_words);
        Count = 0;
    }

    /// <summary>Adds the handles to <paramref name="list"/>, rising.</summary>
    public void CopyTo(List<int> list)
    {
        for (var word = 0; word < _words.Length; word++)
        {
            for (var bits = _words[word]; bits != 0; bits &= bits - 1)
                list.Add(word << 6 | BitOperations.TrailingZeroCount(bits));
        }
    }
}
