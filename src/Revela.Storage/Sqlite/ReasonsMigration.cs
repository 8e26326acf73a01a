namespace Revela.Storage.Sqlite;

/// <summary>Parked jobs are found by why they wait.</summary>
static class ReasonsMigration
{
    public const string Text = """
        CREATE INDEX ready_reason ON ready (json_extract(parked, '$.code'), seq) WHERE gate = 2;
        """;
}
