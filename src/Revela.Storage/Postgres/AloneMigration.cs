namespace Revela.Storage.Postgres;

/// <summary>What makes a claim and an ending cheaper: whether a job is alone with its work, and one index of the leases instead of two.</summary>
static class AloneMigration
{
    // alone      no other job had to do with the same work yet. Who submits such a job says so here before it joins or leads in its place.
    // leases     are always looked for by their job.
    public const string Text = """
        ALTER TABLE revela.ready ADD COLUMN alone boolean NOT NULL DEFAULT false;
        ALTER TABLE revela.leases ADD COLUMN alone boolean NOT NULL DEFAULT false,
            DROP CONSTRAINT leases_pkey, DROP CONSTRAINT leases_seq_key, ADD PRIMARY KEY (job);
        """;
}
