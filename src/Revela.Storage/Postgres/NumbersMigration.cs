namespace Revela.Storage.Postgres;

/// <summary>A function that numbers new jobs and gives the works that are new their rows.</summary>
static class NumbersMigration
{
    // Nearly always all works are new, so nobody looks first: only when a row was there already are the known ones found, and left out the second time.
    // Who meets yet another row that time, which nobody could see before, begins its transaction again.
    // In a function, since an error that is caught here takes back nothing else of the transaction, and is not one for the server's log.
    // The rows are written in the order of their hashes: of two transactions with the same works one waits for the other, and neither in a ring.
    public const string Text = """
        CREATE FUNCTION revela.number_jobs(hashes uuid[], OUT numbers bigint[], OUT known uuid[]) LANGUAGE plpgsql AS $$
        BEGIN
            numbers := ARRAY(SELECT nextval('revela.job_seq') FROM generate_series(1, cardinality(hashes)));
            known := '{}';
            FOR looks IN 0..1 LOOP
                BEGIN
                    INSERT INTO revela.works (hash, seq)
                    SELECT job.work, min(job.seq) FROM unnest(hashes, numbers) AS job(work, seq)
                    WHERE job.work IS NOT NULL AND job.work NOT IN (SELECT unnest(known)) GROUP BY job.work ORDER BY job.work;
                    RETURN;
                EXCEPTION WHEN unique_violation THEN
                    IF looks = 1 THEN
                        RAISE;
                    END IF;
                    known := ARRAY(SELECT hash FROM revela.works WHERE hash = ANY(hashes));
                END;
            END LOOP;
        END $$
        """;
}
