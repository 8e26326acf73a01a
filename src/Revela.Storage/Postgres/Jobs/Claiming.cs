using System.Collections.Concurrent;
using System.Text.Json;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.Storage.Postgres.Jobs;

/// <summary>Leases waiting jobs, each claim in one round trip and one commit; one that finds none asks in a second when to come again.</summary>
sealed class Claiming(PostgresDatabase database, Snapshots snapshots)
{
    const int MostInClaim = 1000;

    // Jobs that are due but just being opened by another process hold a claim up only so often.
    const int MostLooks = 3;

    readonly LineVacuum vacuum = new(database.Sources.Writing);
    readonly ConcurrentDictionary<string, long> began = new(StringComparer.Ordinal);
    long clock;

    public async Task<ClaimResult> Claim(ClaimRequest request, CancellationToken cancel)
    {
        for (var looks = 1; ; looks++)
        {
            var (claimed, due, mustOpen) = await database.Write(tx => Take(tx, request, ignoreDue: looks == MostLooks), cancel).ConfigureAwait(false);
            if (mustOpen && looks < MostLooks)
            {
                await database.Write(Schedule.OpenDue, cancel).ConfigureAwait(false);
                continue;
            }
            vacuum.Count(claimed.Count);
            foreach (var job in claimed) began[job.Job.Queue] = Interlocked.Increment(ref clock);
            return new ClaimResult(claimed, due);
        }
    }

    async Task<(IReadOnlyList<ClaimedJob> Jobs, DateTimeOffset? Due, bool MustOpen)> Take(Transaction tx, ClaimRequest request, bool ignoreDue)
    {
        var queues = request.Queues?.ToArray();
        List<ClaimRow> rows = [];
        var questions = new Questions();
        questions.Add(Sql.Of(ClaimSql.LockLimited).Bind(queues), row => row.Text(), _ => { });
        questions.Add(Statement(tx, request, queues, ignoreDue), ClaimRow.Read, found => rows = [.. found.OrderBy(row => row.Lease)]);
        await questions.AskAndCommit(tx).ConfigureAwait(false);
        if (rows.Count == 0)
        {
            var (due, mustOpen) = await Next(tx, request, queues).ConfigureAwait(false);
            return ([], due, mustOpen);
        }
        tx.Changes.Ring(Signal.Events);
        var pipelines = await snapshots.Load(tx, [.. rows.Select(row => row.Job.Snapshot)]).ConfigureAwait(false);
        return ([.. rows.Select((row, i) => row.ToClaimed(row.Job.ToJob(pipelines[i])))], null, false);
    }

    // When time alone will bring something, and whether jobs are due that have not been opened.
    static async Task<(DateTimeOffset? Due, bool MustOpen)> Next(Transaction tx, ClaimRequest request, string[]? queues)
    {
        (DateTimeOffset? Due, bool MustOpen) next = default;
        List<NextRoom> rooms = [];
        var questions = new Questions();
        questions.Add(
            Chosen(request, Sql.Of(request.IsChoosy ? ClaimSql.NextDueChosen : ClaimSql.NextDue).Bind(tx.Now).Bind(queues)),
            row => (row.TimeOrNull(), row.Bool()), found => next = found[0]);
        questions.Add(Chosen(request, Sql.Of(request.IsChoosy ? ClaimSql.NextRoomChosen : ClaimSql.NextRoom).Bind(tx.Now).Bind(queues)), NextRoom.Read, found => rooms = found);
        await questions.Ask(tx).ConfigureAwait(false);
        return (rooms.Where(room => room.IsOpen(request)).Select(room => room.Due).Append(next.Due).Min(), next.MustOpen);
    }

    Npgsql.NpgsqlBatchCommand Statement(Transaction tx, ClaimRequest request, string[]? queues, bool ignoreDue)
    {
        var known = request.Running.Keys.Union(began.Keys, StringComparer.Ordinal).ToArray();
        return Chosen(request, Sql.Of(request.IsChoosy ? ClaimSql.ClaimChosen : ClaimSql.Claim).Bind(tx.Now).Bind(queues)
            .Bind(known).Bind(Array.ConvertAll(known, queue => request.Running.GetValueOrDefault(queue))).Bind(Array.ConvertAll(known, queue => began.GetValueOrDefault(queue)))
            .Bind(request.Slots).Bind(Math.Min(request.Max, MostInClaim)).Bind(request.FreeMegabytes).Bind(request.Running.Values.Sum() == 0)
            .Bind(request.Worker).Bind($$""","worker":"{{JsonEncodedText.Encode(request.Worker)}}"}""").Bind(tx.Now + request.LeaseFor).Bind(ignoreDue));
    }

    static Npgsql.NpgsqlBatchCommand Chosen(ClaimRequest request, Npgsql.NpgsqlBatchCommand statement) =>
        request.IsChoosy ? statement.Bind(request.Tenant).Bind(request.Offers?.ToArray()) : statement;

    /// <param name="Due">When time alone lets the queue's next job begin; null when it does not.</param>
    sealed record NextRoom(string Queue, int? Concurrency, long? InFleet, DateTimeOffset? Due)
    {
        public static NextRoom Read(Row row) => new(row.Text(), row.IntOrNull(), row.LongOrNull(), row.TimeOrNull());

        public bool IsOpen(ClaimRequest request) => InFleet is not <= 0 && request.Running.GetValueOrDefault(Queue) < (Concurrency ?? request.Slots);
    }
}
