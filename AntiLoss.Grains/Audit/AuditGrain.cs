using System.Text.Json;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace AntiLoss.Grains.Audit;

/// <summary>
/// Writes one organization's audit: it keeps no state but the tree's right edge, which it reads from the record store.
/// What it has written is signed once there is enough of it, or after a while.
/// </summary>
[GrainType("audit")]
internal sealed partial class AuditGrain(
    IRecordStore records, AuditKeys keys, IOptions<AuditOptions> options, TimeProvider time, ILogger<AuditGrain> logger) : Grain, IAuditGrain
{
    private const int PageSize = 256;

    private AuditWriter _writer = null!;
    private AuditReader _reader = null!;
    private IGrainTimer? _timer;
    private bool _isDue;
    private long _signed;

    private OrganizationNumber Organization => new((uint)this.GetPrimaryKeyLong());

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _writer = new AuditWriter(records, keys, Organization);
        _reader = new AuditReader(records, _writer.People, Organization);
        _timer = this.RegisterGrainTimer(SignAsync, new() { DueTime = Timeout.InfiniteTimeSpan, Period = Timeout.InfiniteTimeSpan, KeepAlive = true });
        await MoveFormerAsync(cancellationToken);
        _signed = (await _writer.LastCheckpointAsync(cancellationToken))?.Checkpoint.Size ?? 0;
        SignLater(await _writer.EdgeAsync(cancellationToken));
    }

    public ValueTask InsertAsync(ImmutableArray<Told> effects, CancellationToken cancellationToken) =>
        WriteAsync([.. effects.Where(told => told.Effect is Audited).Select(told => AuditDraft.Of(told, (Audited)told.Effect))], cancellationToken);

    public async ValueTask WriteAsync(ImmutableArray<AuditDraft> drafts, CancellationToken cancellationToken)
    {
        await _writer.AppendAsync(drafts, cancellationToken);
        var edge = await _writer.EdgeAsync(cancellationToken);
        if (edge.Size - _signed >= options.Value.CheckpointEntries)
            await SignAsync();
        else
            SignLater(edge);
    }

    public ValueTask<ImmutableArray<AuditEntry>> ListAsync(AuditQuery query, CancellationToken cancellationToken) => _reader.ListAsync(query, cancellationToken);

    public async ValueTask<SignedText?> CheckpointAsync(CancellationToken cancellationToken)
    {
        var signed = await _writer.CheckpointAsync(time.GetUtcNow(), cancellationToken);
        if (signed is null)
            LogBroken(Organization);
        // A tree that may not be signed is not tried again with every entry.
        _signed = (await _writer.EdgeAsync(cancellationToken)).Size;
        return signed;
    }

    public async ValueTask<ImmutableArray<SignedText>> CheckpointsAsync(long? below, int limit, CancellationToken cancellationToken) =>
        [.. (await records.ReadAsync(Organization, AuditRecords.Checkpoint, below is { } size ? AuditRecords.NumberId(size) : null, limit, cancellationToken))
            .Select(CheckpointRecord.Open).OfType<SignedText>()];

    public async ValueTask<AuditProof?> ProveAsync(long number, CancellationToken cancellationToken)
    {
        var edge = await _writer.EdgeAsync(cancellationToken);
        if (number < 0 || number >= edge.Size || await CheckpointAsync(cancellationToken) is not { } signed)
            return null;
        var stored = await records.FindAsync(Organization, AuditRecords.Leaf, [AuditRecords.NumberId(number)], cancellationToken);
        return stored is [var record] && AuditRecord.Read(record.Body) is { } read
            ? new AuditProof(read.Leaf, await _writer.Tree.HashesAsync(TreeRange.InclusionPath(number, edge.Size), edge, cancellationToken), signed)
            : null;
    }

    public async ValueTask<ImmutableArray<TreeHash>?> ProveGrowthAsync(long first, long second, CancellationToken cancellationToken)
    {
        var edge = await _writer.EdgeAsync(cancellationToken);
        return first < 0 || first > second || second > edge.Size
            ? null
            : await _writer.Tree.HashesAsync(TreeRange.ConsistencyPath(first, second), edge, cancellationToken);
    }

    public async ValueTask ErasePersonAsync(int person, AuditDraft entry, CancellationToken cancellationToken)
    {
        await WriteAsync([entry with { Person = person }], cancellationToken);
        await _writer.People.EraseAsync(person, CancellationToken.None);
    }

    /// <summary>Entries of before there was a tree become its first leaves, in the order of their ids; each page is deleted once it is in the tree.</summary>
    private async Task MoveFormerAsync(CancellationToken cancellationToken)
    {
        while (await records.ReadForwardAsync(Organization, AuditRecords.Former, "", PageSize, cancellationToken) is { IsEmpty: false } page)
        {
            await _writer.AppendAsync(page.Select(record => AuditDraft.Of(JsonSerializer.Deserialize<AuditEntry>(record.Body.Span)!)), cancellationToken);
            await records.DeleteBeforeAsync(Organization, AuditRecords.Former, page[^1].Id + AuditRecords.End, cancellationToken);
        }
    }

    private void SignLater(TreeEdge edge)
    {
        if (_isDue || edge.Size == _signed)
            return;
        _isDue = true;
        _timer?.Change(TimeSpan.FromSeconds(options.Value.CheckpointSeconds), Timeout.InfiniteTimeSpan);
    }

    private async Task SignAsync()
    {
        _isDue = false;
        try
        {
            await CheckpointAsync(CancellationToken.None);
        }
        catch (StorageUnavailableException exception)
        {
            LogNotSigned(Organization, exception);
            SignLater(await _writer.EdgeAsync());
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit of organization {Organization} does not continue its last checkpoint: what was signed has been changed. 'audit verify' says where; it is not signed again.")]
    private partial void LogBroken(OrganizationNumber organization);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit of organization {Organization} could not be signed; it is tried again.")]
    private partial void LogNotSigned(OrganizationNumber organization, Exception exception);
}
