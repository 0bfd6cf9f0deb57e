using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;
using AntiLoss.Grains.Storage;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// Finds in the log what phones have missed: those that ask within 200 ms share one pass over it.
/// </summary>
internal sealed class CatchUp(IShardLog log, TimeProvider time)
{
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(200);

    private Pass? _gathering;

    /// <summary>The phone's entries after a position, in order; empty if the log has none (any more).</summary>
    public Task<IReadOnlyList<LogEntry>> EntriesAfterAsync(DeviceKey device, LogPosition after)
    {
        if (_gathering is null)
        {
            _gathering = new Pass();
            _ = RunAsync(_gathering);
        }
        return _gathering.Join(device, after);
    }

    private async Task RunAsync(Pass pass)
    {
        await Task.Delay(Gather, time);
        if (ReferenceEquals(_gathering, pass))
            _gathering = null;
        try
        {
            await foreach (var block in log.ReadAsync(pass.From))
                pass.Take(LogBlockReader.Entries(block));
            pass.Finish();
        }
        catch (Exception exception)
        {
            pass.Fail(exception);
        }
    }

    private sealed class Pass
    {
        private readonly Dictionary<DeviceKey, (LogPosition After, List<LogEntry> Entries, TaskCompletionSource<IReadOnlyList<LogEntry>> Found)> _phones = [];

        public LogPosition From => _phones.Values.Min(phone => phone.After);

        public Task<IReadOnlyList<LogEntry>> Join(DeviceKey device, LogPosition after)
        {
            if (!_phones.TryGetValue(device, out var phone))
                _phones.Add(device, phone = (after, [], new TaskCompletionSource<IReadOnlyList<LogEntry>>()));
            return phone.Found.Task;
        }

        public void Take(LogEntry[] entries)
        {
            foreach (var entry in entries)
            {
                if (_phones.TryGetValue(entry.Device, out var phone) && entry.Position > phone.After)
                    phone.Entries.Add(entry);
            }
        }

        public void Finish()
        {
            foreach (var phone in _phones.Values)
                phone.Found.SetResult(phone.Entries);
        }

        public void Fail(Exception exception)
        {
            foreach (var phone in _phones.Values)
                phone.Found.SetException(exception);
        }
    }
}
