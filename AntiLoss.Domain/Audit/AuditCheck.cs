namespace AntiLoss.Domain.Audit;

/// <summary>Something that is wrong with an audit.</summary>
/// <param name="Number">The entry; null if it can't be said which.</param>
/// <param name="What">A sentence without its full stop.</param>
public sealed record AuditFinding(long? Number, string What);

/// <summary>What reading an audit from its first entry to its last came to.</summary>
/// <param name="Size">Entries that were read.</param>
/// <param name="Checkpoints">Checkpoints that the tree was compared with.</param>
/// <param name="Erased">Entries whose values were erased with their person.</param>
/// <param name="Findings">The first that were found, at most <see cref="AuditCheck.MostFindings"/>.</param>
/// <param name="FindingCount">How many were found.</param>
/// <param name="Damaged">How many entries they are about, each counted once.</param>
public sealed record AuditVerdict(long Size, TreeHash Root, int Checkpoints, long Erased, ImmutableArray<AuditFinding> Findings, long FindingCount, long Damaged)
{
    public bool IsSound => FindingCount == 0;
}

/// <summary>
/// Reads an audit entry by entry, in order, and says what is wrong with which: leaf against values, place against
/// number, tree against every checkpoint. The same for a storage and for an exported file.
/// </summary>
public sealed class AuditCheck
{
    /// <summary>How many findings a verdict tells one by one.</summary>
    public const int MostFindings = 1_000;

    /// <summary>Action of the entry that says that a person was erased.</summary>
    public const string PersonErased = "person-erased";

    private readonly Queue<AuditCheckpoint> _checkpoints;
    private readonly int _checkpointCount;
    private readonly ImmutableArray<AuditFinding>.Builder _findings = ImmutableArray.CreateBuilder<AuditFinding>();
    private readonly List<TreeHash> _run = [];
    private readonly Dictionary<int, (long First, long Count)> _withoutValues = [];
    private readonly HashSet<int> _erased = [];
    private readonly Action<TreeTile>? _onTile;
    private TreeEdge _edge = TreeEdge.Empty;
    private long _findingCount;
    private long _damaged;
    private long _lastDamaged = -1;
    private long _soundThrough;

    /// <param name="checkpoints">Their signatures hold.</param>
    /// <param name="onTile">Is told each tile that the entries complete.</param>
    public AuditCheck(IEnumerable<AuditCheckpoint> checkpoints, Action<TreeTile>? onTile = null)
    {
        _checkpoints = new(checkpoints.OrderBy(checkpoint => checkpoint.Size));
        (_checkpointCount, _onTile) = (_checkpoints.Count, onTile);
        CompareCheckpoints();
    }

    /// <summary>How many entries were taken.</summary>
    public long Size => _edge.Size + _run.Count;

    /// <summary>Takes the next entry.</summary>
    /// <param name="values">Null if they are not there or can't be read.</param>
    /// <param name="mayBeErased">Whether values that are not there may have been erased with their person: they were sealed, and their key is gone.</param>
    /// <returns>The leaf's hash.</returns>
    public TreeHash Take(ReadOnlyMemory<byte> bytes, AuditValues? values, bool mayBeErased)
    {
        var number = Size;
        var hash = MerkleTree.LeafHash(bytes.Span);
        _run.Add(hash);
        var leaf = AuditLeaf.Read(bytes);
        if (leaf is null)
        {
            Find(number, "its leaf cannot be read");
        }
        else
        {
            if (leaf.Number != number)
                Find(number, $"it says that it is entry {leaf.Number}: entries were moved, added or removed");
            if (leaf is { Action: PersonErased, Person: not 0 })
                _erased.Add(leaf.Person);
            if (values is not null && values.Digests != leaf.Digests)
                Find(number, "the values beside it are not those that its leaf was made with");
            if (values is null && leaf.Person != 0 && mayBeErased)
                _withoutValues[leaf.Person] = _withoutValues.TryGetValue(leaf.Person, out var known) ? (known.First, known.Count + 1) : (number, 1);
            else if (values is null)
                Find(number, "the values beside it are gone or cannot be read");
        }
        CompareCheckpoints();
        return hash;
    }

    /// <summary>Takes the place of an entry that is not there.</summary>
    public void TakeMissing()
    {
        Find(Size, "it is missing");
        _run.Add(default);
        CompareCheckpoints();
    }

    /// <summary>Notes something else that is wrong.</summary>
    public void Find(long? number, string what)
    {
        _findingCount++;
        if (number is { } entry && entry > _lastDamaged)
            (_damaged, _lastDamaged) = (_damaged + 1, entry);
        if (_findings.Count < MostFindings)
            _findings.Add(new AuditFinding(number, what));
    }

    /// <summary>Tells of every tile that the entries taken so far complete.</summary>
    public void Flush()
    {
        if (_run.Count == 0)
            return;
        (_edge, var tiles) = _edge.Append(_run);
        _run.Clear();
        foreach (var tile in tiles)
            _onTile?.Invoke(tile);
    }

    /// <summary>There are no more entries.</summary>
    public AuditVerdict Finish()
    {
        Flush();
        foreach (var checkpoint in _checkpoints)
            Find(Size, $"from here on entries are missing: a checkpoint of {checkpoint.At.UtcDateTime:O} had {checkpoint.Size}");
        foreach (var (person, (first, _)) in _withoutValues.Where(pair => !_erased.Contains(pair.Key)))
            Find(first, $"the values about person {person} are gone, and no entry says that the person was erased");
        return new AuditVerdict(
            Size, _edge.Root, _checkpointCount, _withoutValues.Where(pair => _erased.Contains(pair.Key)).Sum(pair => pair.Value.Count),
            _findings.ToImmutable(), _findingCount, _damaged);
    }

    private void CompareCheckpoints()
    {
        if (_run.Count >= TreeTile.Width)
            Flush();
        while (_checkpoints.TryPeek(out var checkpoint) && checkpoint.Size == Size)
        {
            _checkpoints.Dequeue();
            Flush();
            if (_edge.Root == checkpoint.Root)
                _soundThrough = checkpoint.Size;
            else
                Find(null, $"the checkpoint of {checkpoint.At.UtcDateTime:O} over {checkpoint.Size} entries has another root: one of the entries {_soundThrough} to {checkpoint.Size - 1} is not what was signed");
        }
    }
}
