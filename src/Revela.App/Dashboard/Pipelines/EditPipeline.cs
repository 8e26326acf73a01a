using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.App.Dashboard.Jobs;
using Revela.App.Pipelines;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Providers.Prices;

namespace Revela.App.Dashboard.Pipelines;

/// <summary>GET /pipelines/new and /pipelines/{name}, and what the editor's form orders: its steps, a try on a picture, saving, deleting.</summary>
public sealed class EditPipeline(
    PipelineBook book, DraftForm drafts, IOperations operations, IAssetStore assets, IJobStore jobs, Developing developing, Estimator estimator, AuditLog audit, ISignals signals)
{
    public const string Save = "save", Try = "try", Tag = "try";
    const int Samples = 8, TryPriority = 100;

    public static Task<IResult> New(string? from, HttpContext http, EditPipeline door, CancellationToken cancel) => door.ShowNew(from, http, cancel);

    public static Task<IResult> Show(string name, HttpContext http, EditPipeline door, CancellationToken cancel) => door.ShowOne(name, http, cancel);

    public static Task<IResult> Take(HttpContext http, EditPipeline door, CancellationToken cancel) => door.TakeForm(http, cancel);

    public static Task<IResult> Delete(string name, HttpContext http, EditPipeline door) => door.DeleteOne(name, http);

    async Task<IResult> ShowNew(string? from, HttpContext http, CancellationToken cancel)
    {
        var model = from is null ? null : book.Catalog.Find(from);
        var blank = model is null ? new Pipeline { Name = "mine", Steps = [] } : model with { Name = $"{model.Name}-2" };
        return await ShowDraft(http, new EditorState(null, book.Read().Version), PipelineDraft.Of(PipelineYaml.Write(blank, operations), operations), cancel);
    }

    async Task<IResult> ShowOne(string name, HttpContext http, CancellationToken cancel)
    {
        var text = book.Find(name) ?? throw Refusals.NotFound("pipeline");
        return await ShowDraft(http, new EditorState(name, book.Read().Version), PipelineDraft.Of(text, operations), cancel);
    }

    async Task<IResult> TakeForm(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var order = form["do"].ToString();
        var draft = drafts.Read(form, order);
        var state = new EditorState(form["original"] is [{ Length: > 0 } original] ? original : null, form["version"].ToString())
        {
            Focus = StepOrder.Focus(order, draft.Pipeline?.Steps.Count ?? 0),
            Sample = Guid.TryParse(form["sample"], out var sample) ? sample : null,
            Tried = Guid.TryParse(form["tried"], out var tried) ? tried : null,
        };
        if (order == Save && draft.IsClean) return await Keep(http, state, draft);
        if (order == Try && draft.IsClean) state = state with { Tried = await TryOn(http, state.Sample, draft, cancel) };
        return await ShowDraft(http, state, draft, cancel);
    }

    async Task<IResult> DeleteOne(string name, HttpContext http)
    {
        book.Remove(name, http.Request.Form["version"].ToString());
        signals.Ring(Signal.Inbox);
        await audit.Note(http, "pipeline.delete", name);
        return Answers.Go(http, Places.Pipelines.Path, book.BuiltIn.ContainsKey(name) ? "pipeline.restored" : "pipeline.deleted", name);
    }

    async Task<IResult> Keep(HttpContext http, EditorState state, PipelineDraft draft)
    {
        var replaced = state.Original is { } original && book.Read().Names.Contains(original) ? original : null;
        var kept = book.Save(replaced, draft.Yaml, state.Version);
        signals.Ring(Signal.Inbox);
        await audit.Note(http, "pipeline.save", kept.Name);
        return Answers.Go(http, Places.Pipelines.Path, "pipeline.saved", kept.Name);
    }

    async Task<Guid> TryOn(HttpContext http, Guid? sample, PipelineDraft draft, CancellationToken cancel)
    {
        var pipeline = PipelineFile.Read(draft.Yaml, Engine.PipelinesFile, operations)[0];
        var request = new SubmitRequest { Tenant = http.Tenant(), Assets = [], Pipeline = pipeline, Priority = TryPriority, Tags = [Tag] };
        return (await developing.Submit(http, sample is { } id ? [id] : [], request, cancel))[0].JobId;
    }

    async Task<IResult> ShowDraft(HttpContext http, EditorState state, PipelineDraft draft, CancellationToken cancel)
    {
        var tried = state.Tried ?? (Guid.TryParse(http.Request.Query["tried"], out var asked) ? asked : null);
        var job = tried is { } id ? await jobs.Get(http.Tenant(), id, cancel) : null;
        var samples = await assets.List(new AssetQuery { Tenant = http.Tenant(), Derived = false, Limit = Samples }, cancel);
        var contents = new EditorContents
        {
            State = state with { Tried = job?.Id },
            Draft = draft,
            Origin = state.Original is { } name ? ShowPipelines.OriginOf(name, book, book.Read().Names) : null,
            Operations = operations.All,
            Steps = [.. (draft.Pipeline?.Steps ?? []).Select((step, i) => new StepCard(i, step, StepForm.Of(i, step, operations)))],
            Samples = samples.Items,
            Tried = job is null ? null : new JobLine(job, await assets.Get(http.Tenant(), job.AssetId, cancel)),
            UsdEach = draft.Pipeline is null ? 0 : estimator.Of(draft.Pipeline).Sum(step => step.Usd),
        };
        return Page.Of<EditorScreen, EditorContents>(contents, visit => state.Original ?? visit.Say("pipelines.add"));
    }
}

/// <summary>What the editor carries from page to page besides the draft.</summary>
/// <param name="Original">The pipeline that is being changed; null for a new one.</param>
/// <param name="Version">Of the file that the change is made to.</param>
public sealed record EditorState(string? Original, string Version)
{
    /// <summary>Name of the field or button that has the focus; null where that is up to the page.</summary>
    public string? Focus { get; init; }

    /// <summary>The picture to try on.</summary>
    public Guid? Sample { get; init; }

    /// <summary>The job of the last try.</summary>
    public Guid? Tried { get; init; }
}

public sealed record EditorContents
{
    public required EditorState State { get; init; }
    public required PipelineDraft Draft { get; init; }

    /// <summary>Null for a new one.</summary>
    public required Origin? Origin { get; init; }
    public required IReadOnlyList<OperationInfo> Operations { get; init; }
    public required IReadOnlyList<StepCard> Steps { get; init; }

    /// <summary>Pictures to try on, newest first.</summary>
    public required IReadOnlyList<Asset> Samples { get; init; }

    /// <summary>The last try; null when there was none.</summary>
    public required JobLine? Tried { get; init; }

    /// <summary>What services would take of one picture.</summary>
    public required decimal UsdEach { get; init; }
}

/// <param name="Fields">Null when there is no such operation.</param>
public sealed record StepCard(int Index, Step Step, StepFields? Fields);
