using AntiLoss.Grains.Storage;
using AntiLoss.Tests.Support;
using Orleans.Storage;

namespace AntiLoss.Tests.Storage;

/// <summary>The contract suite over the storage in memory that other tests rely on.</summary>
public sealed class MemoryTrackStoreTests : TrackStoreContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(new MemoryUnderTest());
}

public sealed class MemoryRecordStoreTests : RecordStoreContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(new MemoryUnderTest());
}

internal sealed class MemoryUnderTest : IStorageUnderTest
{
    private readonly MemoryStorage _storage = new();

    public IReportLog Log => _storage;

    public ITrackStore Tracks => _storage;

    public IRecordStore Records => _storage;

    public IGrainStorage States { get; } = new Support.MemoryGrainStorage();

    public IHeldWrite? HoldBefore(int step) => null;

    public ValueTask DisposeAsync() => default;
}
