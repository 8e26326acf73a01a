namespace Revela.Storage.Postgres;

/// <summary>Parked jobs are found by why they wait.</summary>
static class ReasonsMigration
{
    public const string Text = """
        CREATE INDEX ready_reason ON revela.ready ((parked::json ->> 'code'), seq) WHERE gate = 2;
        """;
}
