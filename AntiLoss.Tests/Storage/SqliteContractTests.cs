namespace AntiLoss.Tests.Storage;

/// <summary>The contract suite over the embedded storage.</summary>
public sealed class SqliteReportLogTests : ReportLogContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(SqliteUnderTest.OpenNew());
}

public sealed class SqliteGrainStateTests : GrainStateContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(SqliteUnderTest.OpenNew());
}

public sealed class SqliteTrackStoreTests : TrackStoreContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(SqliteUnderTest.OpenNew());
}

public sealed class SqliteRecordStoreTests : RecordStoreContract
{
    protected override ValueTask<IStorageUnderTest> OpenAsync() => ValueTask.FromResult<IStorageUnderTest>(SqliteUnderTest.OpenNew());
}
