using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>GET /api/articulos/processing-queue/status: how many stand how, and what runs now.</summary>
public static class GetProcessingStatus
{
    [EndpointSummary("Read how the catalogue's queue stands")]
    public static async Task<Ok<Answer<ProcessingStatus>>> Handle(HttpContext http, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        var line = (await jobs.Ledger(cancel)).FirstOrDefault(line => line.Queue == CatalogRecipe.Queue.Name);
        var running = await jobs.List(
            new JobQuery { Tenant = http.Tenant(), Queue = CatalogRecipe.Queue.Name, Pipeline = CatalogRecipe.PipelineName, States = [JobState.Processing], Limit = 1 }, cancel);
        return TypedResults.Ok(Answer<ProcessingStatus>.Of(new ProcessingStatus(
            line is null ? new ProcessingStats(0, 0, 0, 0) : ProcessingStats.Of(line), running.Items is [{ } job, ..] ? RunningArticle.Of(job, time.GetUtcNow()) : null)));
    }
}

public sealed record ProcessingStatus(
    ProcessingStats Stats,
    [property: JsonPropertyName("articuloActual"), JsonIgnore(Condition = JsonIgnoreCondition.Never)] RunningArticle? ArticuloActual);

/// <summary>As many as the history has: what was cleaned away is counted no more.</summary>
public sealed record ProcessingStats(long Pendientes, long Procesando, long Completados, long Fallidos)
{
    public long Total => Pendientes + Procesando + Completados + Fallidos;

    public static ProcessingStats Of(Core.Ledger.QueueLedger line) => new(
        line.Pending, line.Processing, line.Completed - line.PrunedCompleted, line.Failed - line.PrunedFailed + line.Cancelled - line.PrunedCancelled);
}

/// <summary>The article that is being painted.</summary>
public sealed record RunningArticle(long Id, long ArticuloId, string ArticuloNombre, string Estado, DateTimeOffset? StartedAt, int Intentos, long SegundosProcesando)
{
    public static RunningArticle Of(Job job, DateTimeOffset now) => new(
        job.Seq, QueueEntry.ArticleOf(job), QueueEntry.NameOf(job), "processing", job.StartedAt, job.Attempt, Math.Max(0, (long)(now - (job.StartedAt ?? now)).TotalSeconds));
}
