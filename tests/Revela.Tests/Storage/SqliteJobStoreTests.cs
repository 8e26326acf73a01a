namespace Revela.Tests.Storage;

/// <summary>The job store of the embedded database against the conformance suite.</summary>
public sealed class SqliteJobStoreTests : JobStoreConformance
{
    readonly SqliteFolder folder;

    public SqliteJobStoreTests() => folder = new SqliteFolder(Time);

    protected override Task<StorePorts> Open() => folder.Open();

    protected override Task Remove() => folder.Remove();
}

/// <summary>The other row stores of the embedded database against theirs.</summary>
public sealed class SqliteRowStoreTests : RowStoreConformance
{
    readonly SqliteFolder folder;

    public SqliteRowStoreTests() => folder = new SqliteFolder(Time);

    protected override Task<StorePorts> Open() => folder.Open();

    protected override Task Remove() => folder.Remove();
}

/// <summary>The calls and budgets of the embedded database against theirs.</summary>
public sealed class SqliteCallStoreTests : CallStoreConformance
{
    readonly SqliteFolder folder;

    public SqliteCallStoreTests() => folder = new SqliteFolder(Time);

    protected override Task<StorePorts> Open() => folder.Open();

    protected override Task Remove() => folder.Remove();
}
