namespace Revela.Storage.Postgres;

/// <summary>A function that gives the works of new jobs their rows, and answers with those that had one.</summary>
static class WorksMigration
{
    // Nearly always all works are new, so nobody looks first: only when a row was there already are the known ones found, and left out the second time.
    // Who meets yet another row that time, which nobody could see before, begins its transaction again.
    // In a function, since an error that is caught here takes back nothing else of the transaction, and is not one for the server's log.
    // The rows are written in the order of their hashes: of two transactions with the same works one waits for the other, and neither in a ring.
    public const string Text = """
        CREATE FUNCTION revela.write_works(hashes uuid[], numbers bigint[]) RETURNS uuid[] LANGUAGE plpgsql AS $$
        DECLARE known uuid[];
        BEGIN
            INSERT INTO revela.works (hash, seq)
            SELECT work, min(seq) FROM unnest(hashes, numbers) AS job(work, seq) WHERE work IS NOT NULL GROUP BY work ORDER BY work;
            RETURN '{}';
        EXCEPTION WHEN unique_violation THEN
            known := ARRAY(SELECT hash FROM revela.works WHERE hash = ANY(hashes));
            INSERT INTO revela.works (hash, seq)
            SELECT work, min(seq) FROM unnest(hashes, numbers) AS job(work, seq)
            WHERE work IS NOT NULL AND work NOT IN (SELECT unnest(known)) GROUP BY work ORDER BY work;
            RETURN known;
        END $$
        """;
}
