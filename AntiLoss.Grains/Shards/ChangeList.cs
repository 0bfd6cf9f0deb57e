using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>
/// The shard's phones in the order of their latest change: whoever asks for what changed since a number walks back from
/// the newest, and finds each changed phone once, in its latest state.
/// </summary>
internal sealed class ChangeList
{
    private Phone? _newest;
    private bool _newsWanted;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Number of the latest change.</summary>
    public long Version { get; private set; }

    /// <summary>The phone has changed: it becomes the newest.</summary>
    public void Touch(Phone phone)
    {
        phone.Change = ++Version;
        if (!ReferenceEquals(_newest, phone))
        {
            Unlink(phone);
            phone.Older = _newest;
            if (_newest is not null)
                _newest.Newer = phone;
            _newest = phone;
        }
        if (_newsWanted)
        {
            _newsWanted = false;
            _news.TrySetResult();
        }
    }

    /// <summary>A task that completes at the next change.</summary>
    public Task WhenNews()
    {
        if (_news.Task.IsCompleted)
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _newsWanted = true;
        return _news.Task;
    }

    /// <summary>Rows of the organizations that changed after a version.</summary>
    public ImmutableArray<DeviceRow> Since(long version, ImmutableArray<OrganizationNumber> organizations)
    {
        var rows = ImmutableArray.CreateBuilder<DeviceRow>();
        for (var phone = _newest; phone is not null && phone.Change > version; phone = phone.Older)
        {
            if (phone.Row is { } row && organizations.Contains(phone.Key.Organization))
                rows.Add(row);
        }
        return rows.DrainToImmutable();
    }

    private static void Unlink(Phone phone)
    {
        if (phone.Older is not null)
            phone.Older.Newer = phone.Newer;
        if (phone.Newer is not null)
            phone.Newer.Older = phone.Older;
        phone.Older = phone.Newer = null;
    }
}
