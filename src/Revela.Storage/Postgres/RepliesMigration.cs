namespace Revela.Storage.Postgres;

/// <summary>Room for what calls gave, until something is made of it.</summary>
static class RepliesMigration
{
    // reply      JSON of a CallReply.
    public const string Text = "ALTER TABLE revela.calls ADD COLUMN reply text";
}
