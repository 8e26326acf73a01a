namespace Revela.Storage.Sqlite;

/// <summary>Room on items for their original and for what their job wrote, and the labels that they are found by.</summary>
static class ItemsMigration
{
    // labels     by the number of their item; they go with it.
    public const string Text = """
        ALTER TABLE items ADD COLUMN original BLOB;
        ALTER TABLE items ADD COLUMN job BLOB;
        ALTER TABLE items ADD COLUMN state INTEGER;
        ALTER TABLE items ADD COLUMN error TEXT;
        ALTER TABLE items ADD COLUMN ended_at INTEGER;
        ALTER TABLE items ADD COLUMN data TEXT;
        CREATE INDEX items_original ON items (original) WHERE original IS NOT NULL;

        CREATE TABLE labels (
            tenant TEXT NOT NULL, collection TEXT NOT NULL, label TEXT NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (tenant, collection, label, item)
        ) WITHOUT ROWID;
        CREATE INDEX labels_item ON labels (item);
        """;
}
