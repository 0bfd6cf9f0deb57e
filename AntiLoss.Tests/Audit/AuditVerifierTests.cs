using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Audit;
using AntiLoss.Grains.Storage;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Audit;

/// <summary>Whoever has the storage may change it, and is found: every entry is flipped, removed, moved and cut off.</summary>
public sealed class AuditVerifierTests : IDisposable
{
    private const int Person = 3;
    private static readonly OrganizationNumber Acme = new(7);
    private static readonly DateTimeOffset Start = new(2026, 8, 10, 8, 0, 0, TimeSpan.Zero);

    private readonly MemoryStorage _storage = new();
    private readonly AuditKeys _keys = new(new MasterKeys([KeyValuePair.Create((byte)1, new byte[MasterKeys.KeyLength])], current: 1));
    private readonly AuditWriter _writer;

    public AuditVerifierTests() => _writer = new AuditWriter(_storage, _keys, Acme);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task An_untouched_audit_is_sound_and_every_entry_of_it_is_proven()
    {
        await AppendAsync(700, checkpointEvery: 250);
        var verdict = await VerifyAsync();
        Assert.Equal((true, 700L, 3, 0L), (verdict.IsSound, verdict.Size, verdict.Checkpoints, verdict.Erased));

        // Another activation reads the same tree out of the storage, and proves with tiles and edge.
        var edge = await new AuditTree(_storage, Acme).LoadEdgeAsync(Token);
        Assert.Equal((verdict.Size, verdict.Root), (edge.Size, edge.Root));
        for (var number = 0; number < edge.Size; number += 23)
        {
            var path = await _writer.Tree.HashesAsync(TreeRange.InclusionPath(number, edge.Size), edge, Token);
            Assert.True(MerkleTree.IsIncluded(MerkleTree.LeafHash((await ReadAsync(number)).Leaf.Span), number, edge.Size, path, edge.Root));
        }
    }

    [Fact]
    public async Task What_is_appended_twice_is_one_entry_and_of_two_writers_one_is_refused()
    {
        await AppendAsync(10);
        await AppendAsync(10);
        var second = new AuditWriter(_storage, _keys, Acme);
        await second.AppendAsync([Draft(10)], Token);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _writer.AppendAsync([Draft(11)], Token));
        await _writer.AppendAsync([Draft(11), Draft(10)], Token);
        var verdict = await VerifyAsync();
        Assert.Equal((true, 12L), (verdict.IsSound, verdict.Size));
    }

    [Fact]
    public async Task One_byte_flipped_in_each_of_ten_thousand_entries_is_found_in_each()
    {
        const int Count = 10_000;
        await AppendAsync(Count, checkpointEvery: 1_000);
        var random = new Random(20260810);
        for (var number = 0; number < Count; number++)
            await FlipAsync(number, random);

        var verdict = await VerifyAsync();
        Assert.Equal((Count, false), ((int)verdict.Damaged, verdict.IsSound));
    }

    [Fact]
    public async Task A_single_byte_flipped_anywhere_in_an_entry_is_found_and_the_entry_named()
    {
        var count = Tier.Count(300, 10_000);
        await AppendAsync(300, checkpointEvery: 100);
        var random = new Random(20260811);
        for (var i = 0; i < count; i++)
        {
            var number = i % 300;
            var before = (await ReadAsync(number)).ToBytes();
            await FlipAsync(number, random);
            var verdict = await VerifyAsync();
            Assert.Contains(verdict.Findings, finding => finding.Number == number);
            Assert.All(verdict.Findings, finding => Assert.True(finding.Number is null || finding.Number == number));
            _storage.Overwrite(Key(number), before);
        }
        Assert.True((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task Entries_that_are_removed_moved_or_cut_off_are_found()
    {
        await AppendAsync(600, checkpointEvery: 200);
        var third = (await ReadAsync(3)).ToBytes();

        await _storage.ReplaceAsync(Acme, AuditRecords.Leaf, [], [AuditRecords.NumberId(3)], Token);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding is { Number: 3, What: "it is missing" });
        _storage.Overwrite(Key(3), third);

        var fourth = (await ReadAsync(4)).ToBytes();
        _storage.Overwrite(Key(3), fourth);
        _storage.Overwrite(Key(4), third);
        Assert.Equal([3L, 4L], (await VerifyAsync()).Findings.Where(finding => finding.What.StartsWith("it says that it is entry", StringComparison.Ordinal)).Select(finding => finding.Number!.Value));
        _storage.Overwrite(Key(3), third);
        _storage.Overwrite(Key(4), fourth);

        await _storage.ReplaceAsync(Acme, AuditRecords.Leaf, [], [AuditRecords.NumberId(599)], Token);
        var cut = await VerifyAsync();
        Assert.Contains(cut.Findings, finding => finding.Number == 599 && finding.What.Contains("had 600", StringComparison.Ordinal));

        // A new writer goes on where the tree ends now; what it makes is never signed over what was.
        var later = new AuditWriter(_storage, _keys, Acme);
        await later.AppendAsync([Draft(9_999)], Token);
        Assert.Null(await later.CheckpointAsync(Start, Token));
        Assert.False((await VerifyAsync()).IsSound);
    }

    [Fact]
    public async Task A_tile_a_checkpoint_and_an_id_that_are_changed_are_found()
    {
        await AppendAsync(300, checkpointEvery: 300);
        await TouchAsync(AuditRecords.Tile, AuditRecords.TileId(0, 0), "the hashes kept");
        await TouchAsync(AuditRecords.Checkpoint, AuditRecords.NumberId(300), "is not signed");
        await TouchAsync(AuditRecords.Id, Draft(8).Id, "its leaf is not the one");
        await _storage.ReplaceAsync(Acme, AuditRecords.Id, [], [Draft(8).Id], Token);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.Number == 8);
        _storage.Overwrite(new RecordKey(Acme, AuditRecords.Leaf, "x"), default);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.What.Contains("'x'", StringComparison.Ordinal));
        _storage.Overwrite(new RecordKey(Acme, AuditRecords.Leaf, AuditRecords.NumberId(5_000_000)), default);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.What.Contains("before 5000000", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_person_who_is_erased_takes_the_values_along_and_the_tree_still_holds()
    {
        await AppendAsync(20);
        var checkpoint = await _writer.CheckpointAsync(Start, Token);
        var reader = new AuditReader(_storage, new PersonKeyring(_storage, _keys, Acme), Acme);
        Assert.Equal(("before 5", "reason 5"), await ValuesAsync(reader, 5));

        // The key alone: nothing says why the values are gone.
        await _writer.People.EraseAsync(Person, Token);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.What.Contains("no entry says", StringComparison.Ordinal));

        await _writer.AppendAsync([Draft(20) with { Action = AuditCheck.PersonErased, Person = Person }], Token);
        await _writer.AppendAsync([Draft(25)], Token);
        var verdict = await VerifyAsync();
        Assert.Equal((true, 22L, 7L), (verdict.IsSound, verdict.Size, verdict.Erased));
        Assert.Equal(("", null), await ValuesAsync(new AuditReader(_storage, new PersonKeyring(_storage, _keys, Acme), Acme), 5));
        Assert.Equal(("before 6", "reason 6"), await ValuesAsync(reader, 6));
        Assert.DoesNotContain("reason 25", System.Text.Encoding.UTF8.GetString((await ReadAsync(21)).ToBytes()), StringComparison.Ordinal);

        var file = await ExportAsync();
        Assert.True(AuditFile.Verify(file, checkpoint).IsSound);
        Assert.DoesNotContain(file, line => line.Contains("reason 5\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_exported_file_is_verified_by_itself_and_with_a_checkpoint_that_was_kept()
    {
        await AppendAsync(50);
        var kept = (await _writer.CheckpointAsync(Start, Token))!;
        await AppendAsync(300);
        var lines = await ExportAsync();
        var verdict = AuditFile.Verify(lines, kept);
        Assert.Equal((true, 300L, 1), (verdict.IsSound, verdict.Audit.Size, verdict.Audit.Checkpoints));
        Assert.True(AuditFile.Verify(lines, kept: null).IsSound);

        AssertFound(lines.Where((_, i) => i != 10), kept);
        AssertFound(lines.Take(lines.Length - 1), kept);
        AssertFound([.. lines, lines[1]], kept);
        AssertFound(lines.Select((line, i) => i == 11 ? lines[12] : i == 12 ? lines[11] : line), kept);
        AssertFound(lines.Skip(1), kept);
        AssertFound(lines, kept with { Signature = lines[0] });
        AssertFound(lines, kept with { Text = kept.Text.Replace("\n50\n", "\n51\n", StringComparison.Ordinal) });
        var random = new Random(20260812);
        for (var i = 0; i < Tier.Count(300, 10_000); i++)
        {
            var (line, at) = (i % lines.Length, random.Next(lines[i % lines.Length].Length));
            var flipped = lines[line][..at] + (char)(lines[line][at] ^ 1) + lines[line][(at + 1)..];
            Assert.False(AuditFile.Verify(lines.Select((text, n) => n == line ? flipped : text), kept).IsSound, $"{lines[line]}\n{flipped}");
        }

        // Another installation may sign what it likes: it is not this one's audit.
        using var others = new AuditKeys(new MasterKeys([KeyValuePair.Create((byte)1, Enumerable.Repeat((byte)9, 32).ToArray())], current: 1));
        AssertFound(lines, others.Sign(AuditCheckpoint.Open(kept)!.ToText()));
        AssertFound(lines, others.Sign((AuditCheckpoint.Open(kept)! with { Origin = others.OriginOf(Acme) }).ToText()));
    }

    private static void AssertFound(IEnumerable<string> lines, SignedText kept) => Assert.False(AuditFile.Verify(lines, kept).IsSound);

    private async Task<string[]> ExportAsync()
    {
        var lines = new List<string>();
        await foreach (var line in new AuditExport(_storage, _keys).LinesAsync(Acme, (await _writer.CheckpointAsync(Start, Token))!, Token))
            lines.Add(System.Text.Encoding.UTF8.GetString(line.Span));
        return [.. lines];
    }

    private async Task TouchAsync(string kind, string id, string what)
    {
        var record = Assert.Single(await _storage.FindAsync(Acme, kind, [id], Token));
        var body = record.Body.ToArray();
        body[body.Length / 2] ^= 1;
        _storage.Overwrite(new RecordKey(Acme, kind, id), body);
        Assert.Contains((await VerifyAsync()).Findings, finding => finding.What.Contains(what, StringComparison.Ordinal));
        _storage.Overwrite(new RecordKey(Acme, kind, id), record.Body);
        Assert.True((await VerifyAsync()).IsSound);
    }

    private async Task FlipAsync(int number, Random random)
    {
        var body = (await ReadAsync(number)).ToBytes();
        body[random.Next(body.Length)] ^= (byte)(1 << random.Next(8));
        _storage.Overwrite(Key(number), body);
    }

    private async Task AppendAsync(int count, int checkpointEvery = int.MaxValue)
    {
        foreach (var piece in Enumerable.Range(0, count).Select(Draft).Chunk(Math.Min(checkpointEvery, 1_000)))
        {
            await _writer.AppendAsync(piece, Token);
            if (checkpointEvery != int.MaxValue)
                Assert.NotNull(await _writer.CheckpointAsync(Start.AddHours(1), Token));
        }
    }

    private static async Task<(string Before, string? Reason)> ValuesAsync(AuditReader reader, int number)
    {
        var entry = Assert.Single(await reader.ListAsync(new AuditQuery(number + 1, 1), Token));
        Assert.False(entry.IsDamaged);
        Assert.Equal(entry.Before.Length == 0, entry.IsErased);
        return (entry.Before, entry.Reason);
    }

    private async Task<AuditRecord> ReadAsync(long number) =>
        AuditRecord.Read(Assert.Single(await _storage.FindAsync(Acme, AuditRecords.Leaf, [AuditRecords.NumberId(number)], Token)).Body)!;

    private Task<AuditVerdict> VerifyAsync() => new AuditVerifier(_storage, _keys).VerifyAsync(Acme, Token);

    private static RecordKey Key(int number) => new(Acme, AuditRecords.Leaf, AuditRecords.NumberId(number));

    /// <summary>Every fourth entry is about a person.</summary>
    private static AuditDraft Draft(int number) => new(
        DerivedId.From(Start.AddSeconds(number), $"{number}"), Start.AddSeconds(number), "1", "protection", number % 3 == 0 ? "" : $"PHONE{number % 5}",
        number % 4 == 1 ? Person : 0, $"before {number}", $"after {number}", number % 2 == 1 || number % 6 == 0 ? $"reason {number}" : null);
}
