namespace Revela.Storage.Postgres;

/// <summary>A function that numbered new jobs and gave the works that are new their rows; it stays for servers that still call it, next to those that call <see cref="WorksMigration"/>'s.</summary>
static class NumbersMigration
{
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
