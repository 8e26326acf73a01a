using System.CommandLine;
using System.Globalization;
using Revela.App.Api.Views;

namespace Revela.App.Cli;

/// <summary><c>revela jobs</c>: list, show, cancel and retry jobs of a server.</summary>
sealed class Jobs(Terminal terminal)
{
    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Argument<Guid[]> ids = new("id") { Description = "Ids of jobs", Arity = ArgumentArity.OneOrMore };
    readonly Option<string?> state = new("--state") { Description = "pending, processing, completed, failed or cancelled; several with commas", HelpName = "STATE" };
    readonly Option<string?> queue = new("--queue") { Description = "Only this queue", HelpName = "NAME" };
    readonly Option<string?> pipeline = new("--pipeline", "-p") { Description = "Only this pipeline", HelpName = "NAME" };
    readonly Option<Guid?> batch = new("--batch") { Description = "Only this batch", HelpName = "ID" };
    readonly Option<string?> search = new("--search") { Description = "Part of a file name, metadata or error", HelpName = "TEXT" };
    readonly Option<int> limit = new("--limit") { Description = "At most so many, newest first, up to 500", HelpName = "N", DefaultValueFactory = _ => 50 };

    public Command Verb()
    {
        var verb = new Command("jobs", "List, show, cancel and retry jobs");
        verb.Add(With(new Command("list", "Newest first") { state, queue, pipeline, batch, search, limit, json }, List));
        verb.Add(With(new Command("show", "Everything about jobs, as JSON") { ids }, Show));
        verb.Add(With(new Command("cancel", "Cancel waiting jobs at once and ask running ones to stop") { ids }, (parsed, cancel) => Order(parsed, "cancel", cancel)));
        verb.Add(With(new Command("retry", "Put failed or cancelled jobs back with fresh attempts, and let parked ones go on") { ids }, (parsed, cancel) => Order(parsed, "retry", cancel)));
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
        var filters = new Dictionary<string, string?>
        {
            ["state"] = parsed.GetValue(state),
            ["queue"] = parsed.GetValue(queue),
            ["pipeline"] = parsed.GetValue(pipeline),
            ["batch_id"] = parsed.GetValue(batch)?.ToString("D"),
            ["search"] = parsed.GetValue(search),
            ["limit"] = parsed.GetValue(limit).ToString(CultureInfo.InvariantCulture),
        };
        var query = string.Join('&', filters.Where(filter => filter.Value is not null).Select(filter => $"{filter.Key}={Uri.EscapeDataString(filter.Value!)}"));
        var page = await api.Get<JobPage>($"api/v1/jobs?{query}", cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(page);
        else terminal.PrintTable(["ID", "STATE", "PIPELINE", "QUEUE", "CREATED", ""], page.Jobs.Select(Row));
        return ExitCode.Ok;
    }

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
        var refused = 0;
        foreach (var id in parsed.GetRequiredValue(ids))
        {
            try
            {
                var job = await api.Post<JobView>($"api/v1/jobs/{id:D}/{order}", null, cancel);
                terminal.Print($"{id:D}  {State(job)}");
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
