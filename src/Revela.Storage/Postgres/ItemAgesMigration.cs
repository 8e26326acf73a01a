namespace Revela.Storage.Postgres;

/// <summary>An index by which items are found that have not changed for long.</summary>
static class ItemAgesMigration
{
    public const string Text = "CREATE INDEX items_age ON revela.items (collection, updated_at)";
}
