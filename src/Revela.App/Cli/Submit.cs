using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api.Views;
using Revela.Core.Jobs;
using Revela.Imaging.Operations;

namespace Revela.App.Cli;

/// <summary><c>revela submit</c>: files, folders and globs to a server, and what became of them.</summary>
sealed class Submit(Terminal terminal)
{
    /// <summary>Uploads at a time: enough to fill the line, few enough to leave room for others.</summary>
    const int AtATime = 4;

    readonly Argument<string[]> files = new("files") { Description = "Images, folders of images, or globs", Arity = ArgumentArity.OneOrMore };
    readonly Option<string[]> work = WorkChoice.Option();
    readonly ServerOptions server = new();
    readonly Option<int?> priority = new("--priority") { Description = "Any whole number; higher goes first", HelpName = "N" };
    readonly Option<string?> batch = new("--batch") { Description = "Make one batch of this name of all files; nothing begins before all are sent", HelpName = "NAME" };
    readonly Option<string[]> tags = new("--tag") { Description = "Mark the jobs (repeatable)", HelpName = "TAG" };
    readonly Option<bool> fresh = new("--fresh") { Description = "Do the work anew even where an identical result exists" };
    readonly Option<bool> wait = new("--wait", "-w") { Description = "Stay until all jobs have ended" };
    readonly Option<string?> folder = new("--out", "-o") { Description = "Stay, and write the results to this folder", HelpName = "DIR" };
    readonly Option<bool> json = CommonOptions.Json("Print each job as the API does, a line each");

    public Command Verb()
    {
        var verb = new Command("submit", "Send images to a server") { files, work, wait, folder, batch, priority, tags, fresh, json };
        server.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var inputs = InputFiles.Find(parsed.GetRequiredValue(files));
        using var api = server.Connect(parsed);
        var fields = await Fields(parsed, api, cancel);
        var target = parsed.GetValue(folder);
        var stays = parsed.GetValue(wait) || target is not null;

        await using var watch = stays ? await JobWatch.Begin(api, cancel) : null;
        var results = target is null ? null : new ResultFiles(api, target);
        var tally = new Tally(terminal, parsed.GetValue(json), results);
        await Bars.Show(terminal, async bars =>
        {
            var sent = bars.Add("sent", inputs.Count);
            var developed = watch is null ? null : bars.Add("developed", inputs.Count);
            var jobs = parsed.GetValue(batch) is { } name ? SendBatch(api, inputs, fields, name, sent, cancel) : Send(api, inputs, fields, sent, tally, cancel);
            var ends = new List<Task>();
            await foreach (var (input, job) in jobs)
                ends.Add(watch is null ? tally.Accepted(job) : FollowToEnd(watch, input, job, tally, developed!, cancel));
            await Task.WhenAll(ends);
        });
        tally.Sum(stays);
        return tally.Failed == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    async Task<Dictionary<string, string>> Fields(ParseResult parsed, ApiClient api, CancellationToken cancel)
    {
        var known = await api.Get<PipelineList>("api/v1/pipelines", cancel);
        var asked = WorkChoice.AsField(parsed.GetRequiredValue(work), known.Pipelines.Select(pipeline => pipeline.Name).ToHashSet(), new OperationCatalog());
        var fields = new Dictionary<string, string> { [asked.Key] = asked.Value };
        if (parsed.GetValue(priority) is { } number) fields["priority"] = number.ToString(CultureInfo.InvariantCulture);
        if (parsed.GetValue(tags) is { Length: > 0 } marks) fields["tags"] = string.Join(',', marks);
        if (parsed.GetValue(fresh)) fields["fresh"] = "true";
        return fields;
    }

    /// <summary>A job each, in the order in which the server took them. A file that it refuses is told and passed over.</summary>
    static async IAsyncEnumerable<(InputFile, JobView)> Send(
        ApiClient api, IReadOnlyList<InputFile> inputs, Dictionary<string, string> fields, Bar sent, Tally tally,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        using var slots = new SemaphoreSlim(AtATime);
        var sending = inputs.Select(input => SendOne(input)).ToArray();
        await foreach (var done in Task.WhenEach(sending).WithCancellation(cancel))
            if (await done is { } job) yield return job;

        async Task<(InputFile, JobView)?> SendOne(InputFile input)
        {
            await slots.WaitAsync(cancel);
            try
            {
                return (input, await api.Upload<JobView>("api/v1/jobs", input.Path, fields, cancel));
            }
            catch (ApiException e) when ((int)e.Status is 413 or 415 or 422)
            {
                tally.Refused(input, e.Message);
                return null;
            }
            finally
            {
                slots.Release();
                sent.Step();
            }
        }
    }

    static async IAsyncEnumerable<(InputFile, JobView)> SendBatch(
        ApiClient api, IReadOnlyList<InputFile> inputs, Dictionary<string, string> fields, string name, Bar sent,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var assets = new AssetView[inputs.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel };
        await Parallel.ForAsync(0, inputs.Count, options, async (i, stop) =>
        {
            assets[i] = await api.Upload<AssetView>("api/v1/assets", inputs[i].Path, new Dictionary<string, string>(), stop);
            sent.Step();
        });
        var body = new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, AsJson(field))))
        {
            ["batch"] = name,
            ["asset_id"] = new JsonArray([.. assets.Select(asset => (JsonNode)asset.Id.ToString("D"))]),
            ["idempotency"] = Guid.NewGuid().ToString("N"),
        };
        var jobs = inputs.Count == 1
            ? [await api.Post<JobView>("api/v1/jobs", body, cancel)]
            : (await api.Post<BatchOfJobs>("api/v1/jobs", body, cancel)).Jobs;
        for (var i = 0; i < inputs.Count; i++) yield return (inputs[i], jobs[i]);
    }

    static JsonNode? AsJson(KeyValuePair<string, string> field) => field.Key switch
    {
        "steps" or "priority" or "fresh" => JsonNode.Parse(field.Value),
        "tags" => new JsonArray([.. field.Value.Split(',').Select(tag => (JsonNode)tag)]),
        _ => field.Value,
    };

    static async Task FollowToEnd(JobWatch watch, InputFile input, JobView job, Tally tally, Bar developed, CancellationToken cancel)
    {
        var end = await watch.End(job, cancel);
        await tally.Ended(input, end, cancel);
        developed.Step();
    }
}
