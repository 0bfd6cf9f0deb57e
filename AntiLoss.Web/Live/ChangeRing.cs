namespace AntiLoss.Web.Live;

/// <summary>
/// The last changes of an organization's rows, numbered from 1 on. A viewer keeps the number it has seen and reads on
/// from there; one who is too far behind looks at every row instead. So nobody needs a queue.
/// </summary>
internal sealed class ChangeRing
{
    private const int SmallestCapacity = 1024, LargestCapacity = 1 << 17;
    private Change[] _changes = new Change[SmallestCapacity];
    private long _oldest = 1;

    /// <summary>Number of the last change; 0 if there was none.</summary>
    public long Head { get; private set; }

    /// <summary>Whether every change after <paramref name="seen"/> is still here.</summary>
    public bool Reaches(long seen) => seen + 1 >= Math.Max(_oldest, Head - _changes.Length + 1);

    /// <summary>The change of a number that is still here.</summary>
    public ref readonly Change this[long number] => ref _changes[number & _changes.Length - 1];

    public void Add(in Change change, int phones)
    {
        if (_changes.Length < phones && _changes.Length < LargestCapacity)
        {
            _changes = new Change[_changes.Length * 2];
            _oldest = Head + 1;
        }
        Head++;
        _changes[Head & _changes.Length - 1] = change;
    }
}

/// <summary>That a phone's row changed, and where it then was: enough to tell most viewers that it is none of theirs.</summary>
internal readonly record struct Change(int Handle, int LatitudeE6, int LongitudeE6, int Fleet)
{
    /// <summary>The latitude of a phone that is on no map.</summary>
    public const int Nowhere = int.MinValue;
}
