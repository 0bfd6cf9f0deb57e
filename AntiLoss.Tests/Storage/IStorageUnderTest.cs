using AntiLoss.Grains.Storage;
using Orleans.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>One storage behind all four seams, as the contract suite uses it.</summary>
public interface IStorageUnderTest : IAsyncDisposable
{
    IReportLog Log { get; }

    ITrackStore Tracks { get; }

    IRecordStore Records { get; }

    IGrainStorage States { get; }

    /// <summary>
    /// Lets everything up to one step of the next write pass, and holds it there until the answer is disposed.
    /// <paramref name="step"/> counts from 0; null if a write has no such step.
    /// </summary>
    IHeldWrite? HoldBefore(int step);
}

/// <summary>A write that stands still.</summary>
public interface IHeldWrite : IDisposable
{
    /// <summary>Completes when the write has come to the step.</summary>
    Task Reached { get; }
}
