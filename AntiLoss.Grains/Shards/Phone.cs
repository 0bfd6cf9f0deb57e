using AntiLoss.Domain.Devices;
using AntiLoss.Domain.Identity;

namespace AntiLoss.Grains.Shards;

/// <summary>What a shard knows of one phone: its row, where its entries stand in the log, and what is on its way to it.</summary>
internal sealed class Phone(DeviceKey key)
{
    /// <summary>Entries that may wait for one slow phone; more is answered busy.</summary>
    public const int MaxWaiting = 4_096;

    public RateBucket Bucket;

    public DeviceKey Key { get; } = key;

    /// <summary>Null until its first entry has been applied.</summary>
    public DeviceRow? Row { get; set; }

    /// <summary>Its last entry that was given a position; it may still be on its way into the log.</summary>
    public LogPosition Last { get; set; }

    /// <summary>Its last entry that is known to be in the log: what it can be asked to have applied.</summary>
    public LogPosition Durable { get; set; }

    /// <summary>Every entry up to here is in its saved state.</summary>
    public LogPosition Saved { get; set; }

    /// <summary>Its first entry that is not saved, or a lower bound of it; meaningful while <see cref="IsUnsaved"/>.</summary>
    public LogPosition FirstUnsaved { get; set; }

    /// <summary>When it became unsaved, milliseconds of the monotonic clock.</summary>
    public long UnsavedSinceMs { get; set; }

    /// <summary>It stands in the queue of those to be saved.</summary>
    public bool IsQueuedToSave { get; set; }

    /// <summary>The first use of the current credential is in the log already.</summary>
    public int UseNotedOfVersion { get; set; }

    /// <summary>Entries on their way to it, oldest first; null while there are none.</summary>
    public Queue<WaitingEntry>? Waiting { get; set; }

    /// <summary>A call to it is under way.</summary>
    public bool IsPumping { get; set; }

    /// <summary>Is called though nothing waits for it: its activation was lost, or this session does not know yet what it has to tell.</summary>
    public bool MustBeAsked { get; set; }

    /// <summary>Completes when everything known to be durable has been applied; null while nobody waits for that.</summary>
    public TaskCompletionSource? CaughtUp { get; set; }

    /// <summary>Number of its latest change within the shard, and its neighbours in the order of change.</summary>
    public long Change { get; set; }

    public Phone? Older { get; set; }
    public Phone? Newer { get; set; }

    public bool IsUnsaved => Saved < Last;

    public LogPosition Applied => Row?.Version ?? default;

    /// <summary>The log holds entries that it has not applied.</summary>
    public bool IsBehind => Applied < Durable;

    /// <summary>Notes that an entry of this phone was given a position.</summary>
    public void Append(LogPosition position, long nowMs)
    {
        if (!IsUnsaved)
        {
            FirstUnsaved = position;
            UnsavedSinceMs = nowMs;
        }
        Last = position;
    }

    /// <summary>Notes that storage holds everything up to a position.</summary>
    public void SavedThrough(LogPosition position, long nowMs)
    {
        if (position <= Saved)
            return;
        Saved = position;
        FirstUnsaved = position with { Number = position.Number + 1 };
        UnsavedSinceMs = nowMs;
    }
}

/// <summary>A durable entry on its way to its phone, and who waits for it.</summary>
internal readonly record struct WaitingEntry(LogEntry Entry, SubmitBatch? Batch, int Request, int Report);
