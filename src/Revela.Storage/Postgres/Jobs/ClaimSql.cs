using Revela.Core.Jobs;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>The statements of a claim, sent together: one round trip, one commit.</summary>
static class ClaimSql
{
    // Queues whose limits hold across the fleet are claimed by one worker at a time; a queue without such limits is never locked.
    // A statement of its own: the next one must see what the last holder committed.
    public const string LockLimited = """
        SELECT name FROM revela.queues
        WHERE (global_limit IS NOT NULL OR rate_limit IS NOT NULL OR min_gap > 0) AND NOT paused AND ($1::text[] IS NULL OR name = ANY($1))
        ORDER BY name FOR UPDATE
        """;

    // $1 now, $2 queues or null, $3–$5 names of queues, how many jobs of each run here, and when one began here last (any growing number),
    // $6 slots, $7 most jobs, $8 free megabytes, $9 whether nothing runs here, $10 worker, $11 the end of the JSON that tells of a start, $12 end of the lease,
    // $13 whether to claim although jobs are due that have not been opened.
    //
    // line    how many jobs each queue's limits let this worker begin now (null limits are passed over by LEAST).
    // head    the first open jobs of each line, locked, passing over those that another worker is just taking. The subquery with its own
    //         order and limit is the fence that keeps the planner from locking more.
    // taken   in order: highest priority, among equals the queue that runs least here; while they fit in memory: a job that does
    //         not fit is not overtaken, or large ones would wait for ever. Leases are numbered in that order.
    // gone, leased   the rows move over, found by their places. One that was changed just before it was locked is passed over: whoever changed it rings.
    //         Nothing but a look at each place can serve that join, however many wait: connections that write do not read tables as a whole.
    // turn    the lock under which events get their numbers, taken only when something was leased and after every other lock.
    // The last SELECT reads records one by one (OFFSET 0), so that the plan does not depend on how large the tables were when last analysed; in any order.
    public const string Claim = $"""
        WITH line AS MATERIALIZED (
            SELECT q.name, {RunningHere} AS running, {BeganHere} AS began, q.rate_limit, bucket.tokens,
                q.global_limit IS NOT NULL OR q.min_gap > 0 AS limited,
                LEAST(
                    $7,
                    COALESCE(q.concurrency, $6) - {RunningHere},
                    {InFleet},
                    CASE WHEN q.min_gap > 0 THEN CASE WHEN {GapEnds} > $1 THEN 0 ELSE 1 END END,
                    floor(bucket.tokens + {Rounding})::bigint
                ) AS room
            FROM revela.queues q, {Bucket} AS bucket, {Fleet} AS fleet
            WHERE {OfQueues}
                AND ($13 OR COALESCE({FirstDue} > $1, true)) AND NOT EXISTS (SELECT 1 FROM revela.workers WHERE id = $10 AND drains)
        ), head AS MATERIALIZED (
            SELECT line.name, line.began, line.limited, line.running + r.place AS rank, r.at, r.seq, r.priority, r.megabytes
            FROM line CROSS JOIN LATERAL (
                SELECT *, row_number() OVER () AS place FROM (
                    SELECT ctid AS at, seq, priority, megabytes FROM revela.ready r
                    WHERE {OpenJobs} ORDER BY r.priority DESC, r.fair, r.seq LIMIT line.room FOR UPDATE SKIP LOCKED
                ) first
            ) r WHERE line.room > 0
        ), ordered AS (
            SELECT at, limited, row_number() OVER line_up AS place, sum(megabytes) OVER line_up AS total FROM head
            WINDOW line_up AS (ORDER BY priority DESC, rank, began, name, seq ROWS UNBOUNDED PRECEDING)
        ), taken AS MATERIALIZED (
            SELECT at, limited, nextval('revela.lease_id') AS lease FROM ordered WHERE place <= $7 AND (total <= $8 OR ($9 AND place = 1))
        ), gone AS (
            DELETE FROM revela.ready r USING taken WHERE r.ctid = taken.at RETURNING r.*, taken.lease, taken.limited
        ), leased AS (
            INSERT INTO revela.leases (lease, seq, job, tenant, queue, asset, batch, item, work, worker, expires_at, limited, progress, step, cancel_requested,
                priority, fair, run_at, megabytes, bytes, attempt, crashes, losses, outage_since, started_at, error, steps, cost_micros, alone)
            SELECT lease, seq, job, tenant, queue, asset, batch, item, work, $10, $12, limited, 0, NULL, false,
                priority, fair, run_at, megabytes, bytes, attempt + 1, crashes, losses, outage_since, $1, error, steps, cost_micros, alone
            FROM gone RETURNING *
        ), turn AS MATERIALIZED (
            SELECT pg_advisory_xact_lock({EventsLock}) WHERE EXISTS (SELECT FROM leased)
        ), told AS (
            INSERT INTO revela.events (id, type, tenant, job, batch, queue, at, data)
            SELECT nextval('revela.event_id'), 'job.started', tenant, job, batch, queue, $1, '{Attempt}' || attempt || $11
            FROM turn, leased
        ), counted AS (
            INSERT INTO revela.ledger (queue, accepted, completed, failed, cancelled, pending, processing, delayed, parked, waiting_bytes,
                pruned_completed, pruned_failed, pruned_cancelled, virtual_time, last_start)
            SELECT queue, 0, 0, 0, 0, -count(*), count(*), 0, 0, -sum(bytes), 0, 0, 0, max(fair), $1 FROM leased GROUP BY queue
        ), spent AS (
            UPDATE revela.queues q SET tokens = GREATEST(0, line.tokens - begun.jobs), tokens_at = $1
            FROM line JOIN (SELECT queue, count(*) AS jobs FROM leased GROUP BY queue) begun ON begun.queue = line.name
            WHERE q.name = line.name AND line.rate_limit IS NOT NULL
        )
        {Given} leased {WithRecords}
        """;

    // The running jobs of a worker, as they were claimed.
    public const string HeldBy = $"{Given} revela.leases {WithRecords} WHERE l.worker = $1 ORDER BY l.lease";

    // The running job under a lease.
    public const string HeldUnder = $"{Given} revela.leases {WithRecords} WHERE l.lease = $1 AND l.job = $2";

    // The same three statements for a worker that may not have every job, with the tenant and what is on offer as their last two parameters.
    // The jobs that suit are found first and without a lock; then the first of them are locked as always.
    public static readonly string ClaimChosen = Claim.Replace(
        OpenJobs, $"{OpenJobs} AND r.seq = ANY(ARRAY(SELECT c.seq FROM {Nearest("line.name")} c WHERE {Suits("c", "$14", "$15")}))", StringComparison.Ordinal);

    public static readonly string NextDueChosen = NextDue.Replace(OfQueues, $"{OfQueues} AND {Suits("first", "$3", "$4")}", StringComparison.Ordinal);

    public static readonly string NextRoomChosen = $"{NextRoom} AND EXISTS (SELECT 1 FROM {Nearest("q.name")} c WHERE {Suits("c", "$3", "$4")})";

    // $1 now, $2 queues or null. When the next job of these queues falls due by itself, seen no further than the first thousand of all queues;
    // and whether jobs are due that have not been opened, in any queue.
    public const string NextDue = $"""
        SELECT (
            SELECT min(first.due) FROM (SELECT due, queue, seq, tenant FROM revela.ready WHERE due IS NOT NULL ORDER BY due LIMIT 1000) first
                JOIN revela.queues q ON q.name = first.queue WHERE {OfQueues}
        ), COALESCE({FirstDue} <= $1, false)
        """;

    // $1 now, $2 queues or null. When time alone will let a queue with a rate or a gap give out its next job, and how many its other limits leave;
    // a null concurrency is the worker's slots.
    public const string NextRoom = $"""
        SELECT q.name, q.concurrency, {InFleet},
            CASE
                WHEN q.min_gap > 0 AND {GapEnds} > $1 THEN {GapEnds}
                WHEN q.rate_limit > 0 AND bucket.tokens + {Rounding} < 1 THEN $1 + ceil((1 - bucket.tokens) * GREATEST(q.rate_period, 1) / q.rate_limit) * interval '1 microsecond'
                WHEN q.rate_limit <= 0 THEN $1 + interval '1 day'
            END
        FROM revela.queues q, {Bucket} AS bucket, {Fleet} AS fleet
        WHERE {OfQueues} AND (q.rate_limit IS NOT NULL OR q.min_gap > 0)
            AND EXISTS (SELECT 1 FROM revela.ready r WHERE r.queue = q.name AND r.gate = 0)
        """;

    // Asked in the index' own order, so that no plan reads the whole line for it.
    const string FirstDue = "(SELECT due FROM revela.ready WHERE due IS NOT NULL ORDER BY due LIMIT 1)";

    const string OfQueues = "NOT q.paused AND ($2::text[] IS NULL OR q.name = ANY($2))";

    // What $4 and $5 say of the queue; 0 of one that $3 does not name.
    const string RunningHere = "COALESCE(($4)[array_position($3, q.name)], 0)", BeganHere = "COALESCE(($5)[array_position($3, q.name)], 0)";

    // Of a queue with such limits, how many of its jobs run and when one began or ended last. The ledger knows; the rows of leases would have to be counted among all the dead ones.
    const string Fleet = """
        LATERAL (
            SELECT COALESCE(sum(g.processing), 0)::bigint AS running, GREATEST(max(g.last_start), max(g.last_end)) AS moved
            FROM revela.ledger g WHERE g.queue = q.name AND (q.global_limit IS NOT NULL OR q.min_gap > 0)
        )
        """;

    // What the limit over the fleet leaves, and when the gap behind the last job is over.
    const string InFleet = "q.global_limit - fleet.running", GapEnds = "fleet.moved + q.min_gap * interval '1 microsecond'";

    // The beginning of the JSON that tells of a start.
    const string Attempt = """{"attempt":""";

    // The sum of many small refills must not fall short of a whole start.
    const string Rounding = "1e-6";
    const string EventsLock = "7238215003";

    // The starts that the rate limit allows as of now: a bucket that fills with time.
    const string Bucket = """
        LATERAL (SELECT LEAST(q.rate_limit, q.tokens + extract(epoch FROM GREATEST($1 - q.tokens_at, interval '0'))::float8 * 1e6 * q.rate_limit / GREATEST(q.rate_period, 1)) AS tokens)
        """;

    const string OpenJobs = "r.queue = line.name AND r.gate = 0";

    const string Given = """
        SELECT l.lease, l.megabytes, l.outage_since,
            ARRAY(SELECT c.body FROM revela.checkpoints c WHERE c.seq = l.seq ORDER BY c.step),
            j.seq, j.id, j.tenant, j.queue, j.snapshot, j.asset, l.priority, j.batch, j.item, j.metadata, j.tags, j.created_at,
            1, l.run_at, l.started_at, NULL::timestamptz, l.attempt, l.crashes, l.losses, l.cost_micros, l.progress, l.step, NULL::text,
            l.error, NULL::text, NULL::text, l.steps, NULL::uuid, a.*
        FROM
        """;

    const string WithRecords = $"""
        l CROSS JOIN LATERAL (SELECT * FROM revela.jobs WHERE seq = l.seq OFFSET 0) j
            LEFT JOIN LATERAL (SELECT {AssetRows.Columns} FROM revela.assets WHERE id = l.asset OFFSET 0) a ON true
        """;

    static string Nearest(string queue) =>
        $"(SELECT seq, tenant FROM revela.ready WHERE queue = {queue} AND gate = 0 ORDER BY priority DESC, fair, seq LIMIT {ClaimRequest.LooksPast})";

    static string Suits(string job, string tenant, string offers) => $"""
        ({tenant}::text IS NULL OR {job}.tenant = {tenant}) AND ({offers}::text[] IS NULL OR EXISTS (
            SELECT 1 FROM revela.jobs j JOIN revela.snapshots s ON s.id = j.snapshot WHERE j.seq = {job}.seq AND NOT EXISTS (
                SELECT 1 FROM jsonb_array_elements(s.json::jsonb -> 'steps') step WHERE NOT concat_ws(':', step ->> 'op', step ->> 'engine') = ANY({offers}))))
        """;
}
