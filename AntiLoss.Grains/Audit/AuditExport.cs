using System.Runtime.CompilerServices;
using AntiLoss.Domain.Audit;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Audit;

/// <summary>Writes an organization's audit as one file: see <see cref="AuditFile"/>.</summary>
public sealed class AuditExport(IRecordStore records, AuditKeys keys)
{
    private const int PageSize = 500;

    /// <summary>The file's lines, without their line feeds, up to a checkpoint of the tree.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(
        OrganizationNumber organization, SignedText checkpoint, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var over = AuditCheckpoint.Open(checkpoint) ?? throw new ArgumentException("It is no checkpoint.", nameof(checkpoint));
        var people = new PersonKeyring(records, keys, organization);
        yield return AuditFile.Head(checkpoint, over);
        for (var number = 0L; number < over.Size;)
        {
            var page = await records.ReadForwardAsync(organization, AuditRecords.Leaf, AuditRecords.NumberId(number), (int)Math.Min(PageSize, over.Size - number), cancellationToken);
            if (page.IsEmpty)
                break;
            foreach (var record in page)
            {
                var entry = AuditRecord.Read(record.Body);
                var key = await people.FindAsync(entry is null ? 0 : AuditLeaf.Read(entry.Leaf)?.Person ?? 0, cancellationToken);
                yield return AuditFile.Entry(entry is null ? default : entry.Leaf.Span, entry?.Open(key));
            }
            number = AuditRecords.NumberOf(page[^1].Id) + 1;
        }
        yield return AuditFile.Tail(checkpoint);
    }
}
