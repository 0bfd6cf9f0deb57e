using System.Runtime.CompilerServices;
using AntiLoss.Domain.Devices;
using AntiLoss.Grains.Shards;
using AntiLoss.Grains.Storage;
using AntiLoss.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace AntiLoss.Tests.Crash;

/// <summary>
/// A planted bug: the log says <em>durable</em> at once of a block of reports, and commits it half a second later. A phone
/// that was never enrolled durably would be nobody's loss, so a block with anything else in it is committed first.
/// </summary>
internal static class AckBeforeCommit
{
    private static readonly TimeSpan _late = TimeSpan.FromMilliseconds(500);

    /// <summary>Puts the bug around the host's report log.</summary>
    public static void Plant() => HostServices.Change(Wrap);

    private static void Wrap(IServiceCollection services)
    {
        if (services.LastOrDefault(service => service.ServiceType == typeof(IReportLog)) is not { } real)
            return;
        services.Remove(real);
        services.AddSingleton<IReportLog>(provider => new LateLog((IReportLog)(
            real.ImplementationInstance
            ?? real.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, real.ImplementationType!))));
    }

    private sealed class LateLog(IReportLog real) : IReportLog
    {
        public async ValueTask<IShardLog> TakeOverAsync(int shard, CancellationToken cancellationToken) =>
            new LateShardLog(await real.TakeOverAsync(shard, cancellationToken));
    }

    private sealed class LateShardLog(IShardLog real) : IShardLog
    {
        private Task _last = Task.CompletedTask;

        public int Epoch => real.Epoch;

        public Task AppendAsync(LogBlock block, CancellationToken cancellationToken)
        {
            var isReports = LogBlockReader.Entries(block).All(entry => entry.Kind == EntryKind.Report);
            _last = CommitAsync(_last, isReports ? Task.Delay(_late, CancellationToken.None) : Task.CompletedTask, block);
            return isReports ? Task.CompletedTask : _last;
        }

        public async IAsyncEnumerable<LogBlock> ReadAsync(LogPosition after, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (var block in real.ReadAsync(after, cancellationToken))
                yield return block;
        }

        public Task WriteSnapshotAsync(LogPosition through, IReadOnlyList<ReadOnlyMemory<byte>> pieces, CancellationToken cancellationToken) =>
            real.WriteSnapshotAsync(through, pieces, cancellationToken);

        public ValueTask<LogSnapshot?> ReadSnapshotAsync(CancellationToken cancellationToken) => real.ReadSnapshotAsync(cancellationToken);

        public Task TrimAsync(LogPosition through, CancellationToken cancellationToken) => real.TrimAsync(through, cancellationToken);

        private async Task CommitAsync(Task before, Task due, LogBlock block)
        {
            await before;
            await due;
            await real.AppendAsync(block);
        }
    }
}
