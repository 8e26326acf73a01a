using System.CommandLine;
using System.Globalization;
using Revela.App.Api.Views;

namespace Revela.App.Cli;

/// <summary><c>revela jobs</c>: list, show, cancel, retry and delete jobs of a server.</summary>
sealed class Jobs(Terminal terminal)
{
    const int PageSize = 500, AtATime = 8;
    static readonly string[] Ended = ["completed", "failed", "cancelled"];

    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Argument<Guid[]> ids = new("id") { Description = "Ids of jobs", Arity = ArgumentArity.OneOrMore };
    readonly Argument<Guid[]> some = new("id") { Description = "Ids of jobs; none where filters say which", Arity = ArgumentArity.ZeroOrMore };
    readonly Option<string?> state = new("--state") { Description = "pending, processing, completed, failed or cancelled; several with commas", HelpName = "STATE" };
    readonly Option<string?> queue = new("--queue") { Description = "Only this queue", HelpName = "NAME" };
    readonly Option<string?> pipeline = new("--pipeline", "-p") { Description = "Only this pipeline", HelpName = "NAME" };
    readonly Option<Guid?> batch = new("--batch") { Description = "Only this batch", HelpName = "ID" };
    readonly Option<string?> search = new("--search") { Description = "Part of a file name, metadata or error", HelpName = "TEXT" };
    readonly Option<bool> yes = new("--yes") { Description = "Delete those that match; without it they are only counted" };
    readonly Option<int> limit = new("--limit") { Description = "At most so many, newest first, up to 500", HelpName = "N", DefaultValueFactory = _ => 50 };

    public Command Verb()
    {
        var verb = new Command("jobs", "List, show, cancel, retry and delete jobs");
        verb.Add(With(new Command("list", "Newest first") { state, queue, pipeline, batch, search, limit, json }, List));
        verb.Add(With(new Command("show", "Everything about jobs, as JSON") { ids }, Show));
        verb.Add(With(new Command("cancel", "Cancel waiting jobs at once and ask running ones to stop") { ids }, (parsed, cancel) => Order(parsed, "cancel", cancel)));
        verb.Add(With(new Command("retry", "Put failed or cancelled jobs back with fresh attempts, and let parked ones go on") { ids }, (parsed, cancel) => Order(parsed, "retry", cancel)));
        verb.Add(With(new Command("delete", "Delete jobs that have ended, with their results") { some, state, queue, pipeline, batch, search, yes }, Delete));
        return verb;
    }

    Command With(Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        server.AddTo(command);
        command.SetAction(action);
        return command;
    }

    async Task<int> List(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        var page = await api.Get<JobPage>($"api/v1/jobs?{Query(Filters(parsed), parsed.GetValue(limit))}", cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(page);
        else terminal.PrintTable(["ID", "STATE", "PIPELINE", "QUEUE", "CREATED", ""], page.Jobs.Select(Row));
        return ExitCode.Ok;
    }

    Dictionary<string, string?> Filters(ParseResult parsed) => new()
    {
        ["state"] = parsed.GetValue(state),
        ["queue"] = parsed.GetValue(queue),
        ["pipeline"] = parsed.GetValue(pipeline),
        ["batch_id"] = parsed.GetValue(batch)?.ToString("D"),
        ["search"] = parsed.GetValue(search),
    };

    static string Query(Dictionary<string, string?> filters, int limit) =>
        string.Create(CultureInfo.InvariantCulture, $"limit={limit}") + string.Concat(filters.Where(filter => filter.Value is not null).Select(filter => $"&{filter.Key}={Uri.EscapeDataString(filter.Value!)}"));

    static string[] Row(JobView job) =>
    [
        job.Id.ToString("D"),
        State(job),
        job.Pipeline,
        job.Queue,
        job.CreatedAt.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        job.Parked is { } parked ? parked.Detail : job.Error?.Message ?? "",
    ];

    static string State(JobView job) => job switch
    {
        { Parked: not null } => "parked",
        { State: Core.Jobs.JobState.Processing } => string.Create(CultureInfo.InvariantCulture, $"{job.Step} {job.Progress:P0}"),
        _ => job.State.ToString().ToLowerInvariant(),
    };

    async Task<int> Show(ParseResult parsed, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        foreach (var id in parsed.GetRequiredValue(ids)) terminal.PrintJson(await api.Get<JobView>($"api/v1/jobs/{id:D}", cancel));
        return ExitCode.Ok;
    }

    async Task<int> Order(ParseResult parsed, string order, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        return await Each(parsed.GetRequiredValue(ids), async id => State(await api.Post<JobView>($"api/v1/jobs/{id:D}/{order}", null, cancel)));
    }

    async Task<int> Delete(ParseResult parsed, CancellationToken cancel)
    {
        var (named, filters) = (parsed.GetValue(some) ?? [], Filters(parsed));
        if (named.Length == 0 == filters.Values.All(value => value is null)) throw new CliException(ExitCode.Usage, "either ids or filters are needed: revela jobs delete --help lists them");
        if (filters["state"]?.Split(',', StringSplitOptions.TrimEntries).Except(Ended).Any() == true) throw new CliException(ExitCode.Usage, $"only jobs that have ended can be deleted: --state takes {string.Join(", ", Ended)}");
        using var api = server.Connect(parsed);
        if (named.Length > 0) return await Each(named, async id => await Gone(api, id, cancel));
        filters["state"] ??= string.Join(',', Ended);
        var matching = await Matching(api, filters, cancel);
        if (!parsed.GetValue(yes)) terminal.Say($"{matching.Count} match; --yes deletes them with their results");
        else terminal.Print($"{await DeleteAll(api, matching, cancel)} deleted");
        return ExitCode.Ok;
    }

    static async Task<string> Gone(ApiClient api, Guid id, CancellationToken cancel)
    {
        await api.Delete($"api/v1/jobs/{id:D}", cancel);
        return "deleted";
    }

    static async Task<List<Guid>> Matching(ApiClient api, Dictionary<string, string?> filters, CancellationToken cancel)
    {
        var found = new List<Guid>();
        do
        {
            var page = await api.Get<JobPage>($"api/v1/jobs?{Query(filters, PageSize)}", cancel);
            found.AddRange(page.Jobs.Select(job => job.Id));
            filters["cursor"] = page.Next;
        }
        while (filters["cursor"] is not null);
        return found;
    }

    // Whoever went meanwhile, or goes on, is not counted.
    static async Task<int> DeleteAll(ApiClient api, List<Guid> matching, CancellationToken cancel)
    {
        var deleted = 0;
        await Parallel.ForEachAsync(matching, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (id, stop) =>
        {
            try
            {
                await api.Delete($"api/v1/jobs/{id:D}", stop);
                Interlocked.Increment(ref deleted);
            }
            catch (ApiException e) when ((int)e.Status is 404 or 409)
            {
            }
        });
        return deleted;
    }

    async Task<int> Each(Guid[] jobs, Func<Guid, Task<string>> order)
    {
        var refused = 0;
        foreach (var id in jobs)
        {
            try
            {
                terminal.Print($"{id:D}  {await order(id)}");
            }
            catch (ApiException e) when ((int)e.Status is 404 or 409)
            {
                refused++;
                terminal.Say($"{id:D}: {e.Message}");
            }
        }
        return refused == 0 ? ExitCode.Ok : ExitCode.Failed;
    }
}
