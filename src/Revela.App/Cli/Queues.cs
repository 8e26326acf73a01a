using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api.Views;
using Revela.App.Pipelines;

namespace Revela.App.Cli;

/// <summary><c>revela queues</c>: list, pause, resume, set and clean queues of a server.</summary>
sealed class Queues(Terminal terminal)
{
    const string Unlimited = "none";

    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Argument<string> name = new("name") { Description = "Name of the queue" };
    readonly Option<string?> concurrency = Limit("--concurrency", "Jobs at a time in one worker; none for the worker's own number of slots");
    readonly Option<string?> globalLimit = Limit("--global-limit", "Jobs at a time in all workers together; none for no limit");
    readonly Option<string?> rate = new("--rate") { Description = "Jobs begun per time, such as 10/s, 100/min or 5/10s; none for no limit", HelpName = "N/TIME" };
    readonly Option<string?> gap = new("--gap") { Description = "Least time between a job's end and the next one's start, such as 2s", HelpName = "TIME" };
    readonly Option<string?> keepCompleted = Limit("--keep-completed", "Completed jobs kept; none keeps all");
    readonly Option<string?> keepFailed = Limit("--keep-failed", "Failed jobs kept; none keeps all");
    readonly Option<string?> keepFor = new("--keep-for") { Description = "How long finished jobs are kept, such as 7d; none for ever", HelpName = "TIME" };
    readonly Option<string> olderThan = new("--older-than") { Description = "Only jobs that finished so long ago, such as 7d", HelpName = "TIME", DefaultValueFactory = _ => "0" };

    public Command Verb()
    {
        var verb = new Command("queues", "List, pause, resume, set and clean queues");
        verb.Add(With(new Command("list", "Settings and counters of every queue") { json }, List));
        verb.Add(With(new Command("pause", "Let no further job begin") { name }, (parsed, cancel) => Order(parsed, "pause", cancel)));
        verb.Add(With(new Command("resume", "Let jobs begin again") { name }, (parsed, cancel) => Order(parsed, "resume", cancel)));
        verb.Add(With(new Command("set", "Change limits and retention, also while workers run") { name, concurrency, globalLimit, rate, gap, keepCompleted, keepFailed, keepFor }, Set));
        verb.Add(With(new Command("clean", "Delete finished jobs with their results") { name, olderThan }, Clean));
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
        var list = await api.Get<QueueList>("api/v1/queues", cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(list);
        else terminal.PrintTable(["QUEUE", "WAITING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "LIMITS"], list.Queues.Select(Row));
        return ExitCode.Ok;
    }

    static string[] Row(QueueView queue)
    {
        string[] limits =
        [
            queue.Paused ? "paused" : "",
            queue.Concurrency is { } each ? $"{Number(each)} per worker" : "",
            queue.GlobalLimit is { } all ? $"{Number(all)} in all" : "",
            queue.RateLimit is { } begun ? $"{Number(begun)} per {Durations.Write(TimeSpan.FromSeconds(queue.RatePeriodSeconds))}" : "",
            queue.MinGapSeconds > 0 ? $"gap {Durations.Write(TimeSpan.FromSeconds(queue.MinGapSeconds))}" : "",
        ];
        var counts = queue.Counts;
        return [queue.Name, Number(counts.Pending), Number(counts.Processing), Number(counts.Completed), Number(counts.Failed), Number(counts.Cancelled),
            string.Join(", ", limits.Where(limit => limit.Length > 0))];
    }

    async Task<int> Order(ParseResult parsed, string order, CancellationToken cancel)
    {
        using var api = server.Connect(parsed);
        await api.Post<QueueView>($"{Path(parsed)}/{order}", null, cancel);
        return ExitCode.Ok;
    }

    async Task<int> Set(ParseResult parsed, CancellationToken cancel)
    {
        var body = new JsonObject();
        foreach (var (option, field) in new[] { (concurrency, "concurrency"), (globalLimit, "global_limit"), (keepCompleted, "keep_completed"), (keepFailed, "keep_failed") })
            if (parsed.GetValue(option) is { } text) body[field] = text == Unlimited ? null : Whole(option, text);
        if (parsed.GetValue(gap) is { } pause) body["min_gap_seconds"] = Seconds(gap, pause);
        if (parsed.GetValue(keepFor) is { } age) body["keep_for_seconds"] = age == Unlimited ? null : Seconds(keepFor, age);
        if (parsed.GetValue(rate) is { } wanted) SetRate(body, wanted);
        if (body.Count == 0) throw new CliException(ExitCode.Usage, "nothing to set: revela queues set --help lists what can be");

        using var api = server.Connect(parsed);
        terminal.PrintJson(await api.Change<QueueView>(Path(parsed), body, cancel));
        return ExitCode.Ok;
    }

    void SetRate(JsonObject body, string text)
    {
        body["rate_limit"] = null;
        if (text == Unlimited) return;
        var cut = text.IndexOf('/', StringComparison.Ordinal);
        if (cut < 1) throw Wrong(rate, text);
        var period = text[(cut + 1)..];
        body["rate_limit"] = Whole(rate, text[..cut]);
        body["rate_period_seconds"] = Seconds(rate, char.IsAsciiDigit(period.FirstOrDefault()) ? period : "1" + period);
    }

    async Task<int> Clean(ParseResult parsed, CancellationToken cancel)
    {
        var age = Seconds(olderThan, parsed.GetRequiredValue(olderThan));
        using var api = server.Connect(parsed);
        var gone = await api.Post<Deleted>($"{Path(parsed)}/clean", new JsonObject { ["older_than_seconds"] = age }, cancel);
        terminal.Print($"{Number(gone.Count)} deleted");
        return ExitCode.Ok;
    }

    string Path(ParseResult parsed) => $"api/v1/queues/{Uri.EscapeDataString(parsed.GetRequiredValue(name))}";

    static Option<string?> Limit(string option, string description) => new(option) { Description = description, HelpName = "N|none" };

    static int Whole(Option option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(option, text);

    static double Seconds(Option option, string text) => Durations.TryParse(text, out var time) ? time.TotalSeconds : throw Wrong(option, text);

    static CliException Wrong(Option option, string text) => new(ExitCode.Usage, $"{option.Name} cannot be '{text}': it takes {option.HelpName}");

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
