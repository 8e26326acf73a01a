namespace Revela.Storage.Postgres;

/// <summary>Only open calls keep what they gave; it is found among those that do.</summary>
static class OpenRepliesMigration
{
    // What closed calls had kept are orphans by now.
    public const string Text = """
        UPDATE revela.calls SET reply = NULL WHERE state > 0;
        CREATE INDEX calls_replies ON revela.calls (number) WHERE reply IS NOT NULL;
        """;
}
