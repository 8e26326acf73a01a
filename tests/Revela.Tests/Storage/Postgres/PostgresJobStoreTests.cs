namespace Revela.Tests.Storage.Postgres;

/// <summary>The job store of PostgreSQL against the conformance suite.</summary>
public sealed class PostgresJobStoreTests : JobStoreConformance
{
    readonly PostgresBed bed;

    public PostgresJobStoreTests() => bed = new PostgresBed(Time);

    protected override Task<StorePorts> Open() => bed.Open();

    protected override Task Remove() => bed.Remove();
}

/// <summary>The other row stores of PostgreSQL against theirs.</summary>
public sealed class PostgresRowStoreTests : RowStoreConformance
{
    readonly PostgresBed bed;

    public PostgresRowStoreTests() => bed = new PostgresBed(Time);

    protected override Task<StorePorts> Open() => bed.Open();

    protected override Task Remove() => bed.Remove();
}

/// <summary>The calls and budgets of PostgreSQL against theirs.</summary>
public sealed class PostgresCallStoreTests : CallStoreConformance
{
    readonly PostgresBed bed;

    public PostgresCallStoreTests() => bed = new PostgresBed(Time);

    protected override Task<StorePorts> Open() => bed.Open();

    protected override Task Remove() => bed.Remove();
}
