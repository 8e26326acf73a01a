namespace Revela.Storage.Postgres;

/// <summary>Room on items for their original and for what their job wrote, and the labels that they are found by.</summary>
static class ItemsMigration
{
    // labels     by the number of their item; they go with it.
    public const string Text = """
        ALTER TABLE revela.items ADD COLUMN original uuid, ADD COLUMN job uuid, ADD COLUMN state integer, ADD COLUMN error text,
            ADD COLUMN ended_at timestamptz, ADD COLUMN data text;
        CREATE INDEX items_original ON revela.items (original) WHERE original IS NOT NULL;

        CREATE TABLE revela.labels (
            tenant text COLLATE "C", collection text COLLATE "C", label text COLLATE "C", item bigint, PRIMARY KEY (tenant, collection, label, item)
        );
        CREATE INDEX labels_item ON revela.labels (item);
        """;
}
