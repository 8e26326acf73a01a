namespace Revela.Storage.Postgres;

/// <summary>Each submission asks for the virtual time of its line: found by an index, however many rows of the ledger have not been summed up.</summary>
static class LineTimesMigration
{
    public const string Text = "CREATE INDEX ledger_time ON revela.ledger (queue, virtual_time) WHERE virtual_time > 0";
}
