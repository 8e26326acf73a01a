using System.CommandLine;
using System.Globalization;
using Revela.App.Accounts;
using Revela.App.Pipelines;
using Revela.Core.Assets;
using Revela.Core.Ledger;
using Revela.Storage;

namespace Revela.App.Cli;

/// <summary><c>revela verify</c>: proves that what is kept agrees with itself; also beside a running server.</summary>
sealed class Verify(Terminal terminal)
{
    const int Page = 500;
    const int Tries = 50;

    readonly Option<string> data = CommonOptions.Data();
    readonly Option<string> orphanAge = new("--orphan-age")
    {
        Description = "Objects that no row names count as orphans once they are so old; 0 when no server runs",
        HelpName = "TIME",
        DefaultValueFactory = _ => "1h",
    };

    readonly Option<string[]> trace = new("--trace")
    {
        Description = "Also prove that nothing is left of a picture, a job or a person with this id but what the audit log says of it",
        HelpName = "ID",
        AllowMultipleArgumentsPerToken = true,
    };

    public Command Verb()
    {
        var verb = new Command("verify", "Prove that counters, rows and bytes agree") { data, orphanAge, trace };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var age = parsed.GetRequiredValue(orphanAge);
        if (!Durations.TryParse(age, out var old)) throw new CliException(ExitCode.Usage, $"--orphan-age cannot be '{age}': it takes a time such as 1h");
        await using var store = await DataFolder.Open(parsed.GetRequiredValue(data), cancel);
        var faults = await CheckLedger(store, cancel) + await CheckAssets(store, cancel) + await CheckOrphans(store, TimeProvider.System.GetUtcNow() - old, cancel);
        foreach (var id in parsed.GetValue(trace) ?? []) faults += await CheckTraces(store, id, cancel);
        return faults == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    async Task<int> CheckLedger(IStore store, CancellationToken cancel)
    {
        var (ledgers, counted) = await Still(store, cancel);
        var faults = new List<string>();
        foreach (var ledger in ledgers)
        {
            var rows = counted.FirstOrDefault(count => count.Queue == ledger.Queue) ?? new QueueLedger(ledger.Queue, 0, 0, 0, 0, 0, 0);
            if (!ledger.AddsUp) faults.Add($"queue {ledger.Queue}: accepted is not the sum of the others: {ledger}");
            if ((ledger.Pending, ledger.Processing) != (rows.Pending, rows.Processing)) faults.Add($"queue {ledger.Queue}: the counters say {ledger}, the rows {rows}");
            // Retention deletes rows of finished jobs; the counters keep counting them.
            if (rows.Completed > ledger.Completed || rows.Failed > ledger.Failed || rows.Cancelled > ledger.Cancelled) faults.Add($"queue {ledger.Queue}: more rows than were counted: {ledger}, {rows}");
        }
        return Tell("ledger", $"{Number(ledgers.Sum(ledger => ledger.Accepted))} jobs accepted, {Number(ledgers.Sum(ledger => ledger.Completed))} completed; queues: {ledgers.Count}", faults);
    }

    // Two reads of a running store: only a pair between which nothing changed can be compared.
    static async Task<(IReadOnlyList<QueueLedger> Ledger, IReadOnlyList<QueueLedger> Counted)> Still(IStore store, CancellationToken cancel)
    {
        for (var i = 1; ; i++)
        {
            var before = await store.Jobs.Ledger(cancel);
            var counted = await store.Jobs.CountLedger(cancel);
            var after = await store.Jobs.Ledger(cancel);
            if (before.SequenceEqual(after) || i == Tries) return (after, counted);
        }
    }

    async Task<int> CheckAssets(IStore store, CancellationToken cancel)
    {
        var tenants = (await store.Accounts.ListKeys(cancel)).Select(key => key.Tenant).Append(KeyRing.DefaultTenant).Distinct();
        var (count, faults) = (0, new List<string>());
        foreach (var tenant in tenants)
        {
            for (string? cursor = null; ;)
            {
                var page = await store.Assets.List(new AssetQuery { Tenant = tenant, Cursor = cursor, Limit = Page }, cancel);
                foreach (var asset in page.Items)
                {
                    count++;
                    if (await Fault(store, asset, cancel) is { } fault) faults.Add($"asset {asset.Id:D}: {fault}");
                }
                if ((cursor = page.Next) is null) break;
            }
        }
        return Tell("assets", $"{Number(count)} rows, each with its bytes", faults);
    }

    static async Task<string?> Fault(IStore store, Asset asset, CancellationToken cancel)
    {
        await using var bytes = await store.Objects.Open(asset.ObjectKey, cancel);
        if (bytes is not null) return bytes.Length == asset.Bytes ? null : $"{Number(asset.Bytes)} bytes expected, {Number(bytes.Length)} found";
        // It may have been deleted since its page was read.
        return await store.Assets.Get(asset.Tenant, asset.Id, cancel) is null ? null : "its bytes are missing";
    }

    async Task<int> CheckOrphans(IStore store, DateTimeOffset before, CancellationToken cancel)
    {
        var (count, faults) = (0, new List<string>());
        foreach (var area in ObjectKeys.Areas)
        {
            await foreach (var objects in store.Objects.List(area, cancel).Chunk(Page).WithCancellation(cancel))
            {
                count += objects.Length;
                var old = objects.Where(found => found.WrittenAt <= before).Select(found => found.Key).ToArray();
                var named = await store.Assets.Named(old, cancel);
                faults.AddRange(old.Where(key => !named.Contains(key)).Select(key => $"no row names {key}"));
            }
        }
        return Tell("objects", $"{Number(count)}, none an orphan", faults);
    }

    async Task<int> CheckTraces(IStore store, string text, CancellationToken cancel)
    {
        if (!Guid.TryParse(text, out var id)) throw new CliException(ExitCode.Usage, $"--trace cannot be '{text}': it takes an id");
        var faults = (await store.Erasure.Traces(id, cancel)).Select(place => $"it stands in {place}").ToList();
        foreach (var area in ObjectKeys.Areas)
            await foreach (var found in store.Objects.List(area, cancel))
                if (found.Key.Contains(id.ToString("D"), StringComparison.OrdinalIgnoreCase)) faults.Add($"its bytes are {found.Key}");
        return Tell($"trace of {id:D}", "none", faults);
    }

    int Tell(string what, string whenSound, List<string> faults)
    {
        if (faults.Count == 0) terminal.Print($"ok      {what}: {whenSound}");
        foreach (var fault in faults) terminal.Print($"failed  {what}: {fault}");
        return faults.Count;
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
