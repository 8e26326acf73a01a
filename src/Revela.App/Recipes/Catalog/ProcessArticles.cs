using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos/batch-process-images: queues articles to be painted anew; those that cannot be are left out, each with its reason.</summary>
public sealed class ProcessArticles(Articles articles, Submitter submitter, IJobStore jobs, PipelineCatalog catalog, UploadOptions limits)
{
    const int MostAtOnce = 10_000;

    [EndpointSummary("Process the images of articles")]
    [EndpointDescription("Each article begins with the photo it came with, and every run makes a new picture. Higher `prioridad` goes first. Sent again after a lost answer, it queues nothing twice.")]
    [Takes(typeof(ProcessBody), "application/json", """{"articuloIds": [1, 2, 3], "prioridad": 0}""")]
    [Refuses(400, 413, 415, 503)]
    public static async Task<Ok<Answer<Queued>>> Handle(HttpContext http, ProcessArticles door, CancellationToken cancel)
    {
        var (ids, priority) = await door.Read(http.Request, cancel);
        var queued = await door.Queue(http.Tenant(), ids, priority, cancel);
        return TypedResults.Ok(Answer<Queued>.Of(queued, $"{queued.Agregados} artículo(s) agregado(s) a la cola de procesamiento"));
    }

    /// <summary>Each once, whatever became of the others.</summary>
    public async Task<Queued> Queue(string tenant, IEnumerable<long> ids, int priority, CancellationToken cancel)
    {
        var (added, left) = (new List<AddedArticle>(), new List<LeftArticle>());
        foreach (var id in ids.Distinct())
        {
            var (seq, reason) = await Queue(tenant, id, priority, cancel);
            if (reason is null) added.Add(new AddedArticle(id, seq));
            else left.Add(new LeftArticle(id, reason));
        }
        return new Queued(added.Count, left.Count, new QueuedDetails(added, left));
    }

    async Task<(IReadOnlyList<long> Ids, int Priority)> Read(HttpRequest request, CancellationToken cancel)
    {
        var body = await UploadReader.ReadJson(request, limits.MaxFieldBytes, cancel);
        var fields = new FieldReader(body, isForm: false);
        var priority = fields.Number("prioridad") ?? 0;
        var ids = body["articuloIds"] is JsonArray { Count: > 0 and <= MostAtOnce } list
            ? list.Select(node => node is JsonValue value && value.TryGetValue<long>(out var id) ? id : (long?)null).ToList() : [null];
        if (ids.Contains(null)) fields.Mistakes.Add($"'articuloIds' must be a list of 1 to {MostAtOnce} numbers");
        fields.Refuse();
        return ([.. ids.Select(id => id!.Value)], priority);
    }

    async Task<(long Seq, string? Reason)> Queue(string tenant, long id, int priority, CancellationToken cancel)
    {
        if (await articles.Find(tenant, id, cancel) is not { } article) return (0, "El artículo no existe");
        if (!Articles.IsActive(article)) return (0, "El artículo está inactivo");
        if (await articles.PhotoOf(article, cancel) is not { } photo) return (0, "El artículo no tiene imagen");
        var submitted = (await submitter.Submit(
            new SubmitRequest
            {
                Tenant = tenant,
                Assets = [photo],
                Pipeline = catalog.Get(CatalogRecipe.PipelineName),
                Priority = priority,
                ItemId = article.Id,
                OnlyIfItemIsIdle = true,
                Metadata = MetadataOf(article),
                Fresh = true,
            },
            cancel))[0];
        return submitted.Kind == SubmissionKind.AlreadyOpen ? (0, await WhyOpen(tenant, submitted.JobId, cancel)) : (submitted.Seq, null);
    }

    async Task<string> WhyOpen(string tenant, Guid job, CancellationToken cancel) =>
        (await jobs.Get(tenant, job, cancel))?.State == JobState.Processing ? "El artículo ya se está procesando" : "El artículo ya está pendiente en la cola";

    // What the prompt speaks of must be there, if empty.
    static JsonObject MetadataOf(Item article) => new()
    {
        ["articulo_id"] = Articles.NumberOf(article),
        ["nombre"] = Articles.Text(article, "nombre"),
        ["descripcion"] = Articles.Text(article, "descripcion"),
        ["unidad"] = Articles.Text(article, "unidad"),
    };
}

/// <summary>Articles to be processed.</summary>
public sealed record ProcessBody
{
    [JsonPropertyName("articuloIds")]
    public required IReadOnlyList<long> ArticuloIds { get; init; }

    /// <summary>Higher goes first.</summary>
    public int? Prioridad { get; init; }
}

public sealed record Queued(int Agregados, int Omitidos, QueuedDetails Detalles);

public sealed record QueuedDetails(IReadOnlyList<AddedArticle> Agregados, IReadOnlyList<LeftArticle> Omitidos);

public sealed record AddedArticle([property: JsonPropertyName("articuloId")] long ArticuloId, [property: JsonPropertyName("queueId")] long QueueId);

/// <param name="Motivo">Why it was left out, for a person.</param>
public sealed record LeftArticle([property: JsonPropertyName("articuloId")] long ArticuloId, string Motivo);
