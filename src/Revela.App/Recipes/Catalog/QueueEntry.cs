using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.Core.Jobs;

namespace Revela.App.Recipes.Catalog;

/// <summary>An article's run as the history shows it. Cancelled is shown as failed, and what waits for money or a person as pending.</summary>
/// <param name="Id">Grows with every run; never used twice.</param>
/// <param name="Estado"><c>pending</c>, <c>processing</c>, <c>completed</c> or <c>failed</c>.</param>
/// <param name="DuracionSegundos">Of the last attempt, once it has ended.</param>
public record QueueEntry
{
    public required long Id { get; init; }
    public required long ArticuloId { get; init; }
    public required string ArticuloNombre { get; init; }
    public required string Estado { get; init; }
    public required int Prioridad { get; init; }
    public required int Intentos { get; init; }
    public required int MaxIntentos { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ErrorMessage { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? StartedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public DateTimeOffset? CompletedAt { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public double? DuracionSegundos { get; init; }

    /// <summary>The engine's stable code of the error; absent without one.</summary>
    public string? Code { get; init; }

    public static QueueEntry Of(Job job)
    {
        var error = ErrorOf(job);
        return new QueueEntry
        {
            Id = job.Seq,
            ArticuloId = ArticleOf(job),
            ArticuloNombre = NameOf(job),
            Estado = StateOf(job.State),
            Prioridad = job.Priority,
            Intentos = job.Attempt,
            MaxIntentos = job.Pipeline.MaxAttempts,
            ErrorMessage = error?.Message,
            CreatedAt = job.CreatedAt,
            StartedAt = job.StartedAt,
            CompletedAt = job.FinishedAt,
            DuracionSegundos = job is { StartedAt: { } from, FinishedAt: { } to } ? Math.Round((to - from).TotalSeconds, 2) : null,
            Code = error?.Code,
        };
    }

    public static long ArticleOf(Job job) => job.Metadata?["articulo_id"]?.GetValue<long>() ?? 0;

    public static string NameOf(Job job) => job.Metadata?["nombre"]?.ToString() ?? "";

    protected static JobError? ErrorOf(Job job) => job.State == JobState.Cancelled
        ? job.Error ?? new JobError(ErrorCodes.Cancelled, "It was cancelled.", false)
        : job.Error ?? (job.Parked is { } parked ? new JobError(parked.Code, parked.Detail, true) : null);

    protected static string StateOf(JobState state) => state switch
    {
        JobState.Pending => "pending",
        JobState.Processing => "processing",
        JobState.Completed => "completed",
        _ => "failed",
    };
}

/// <summary>An article's run with all that is known of it.</summary>
public sealed record QueueEntryDetail : QueueEntry
{
    [SetsRequiredMembers]
    public QueueEntryDetail(Job job, Linker links) : base(Of(job))
    {
        ImagenUrlOriginal = links.Content(job.AssetId);
        ImagenUrlProcesada = job.Outputs is [.., { } last] ? links.Content(last.AssetId) : null;
        ArticuloDescripcion = job.Metadata?["descripcion"]?.ToString() ?? "";
        ArticuloUnidad = job.Metadata?["unidad"]?.ToString() ?? "";
        UpdatedAt = job.FinishedAt ?? job.StartedAt ?? job.CreatedAt;
    }

    public string ImagenUrlOriginal { get; }

    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ImagenUrlProcesada { get; }

    /// <summary>Always null: what went wrong inside is in the server's log alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? ErrorStack => null;
    public string ArticuloDescripcion { get; }
    public string ArticuloUnidad { get; }
    public DateTimeOffset UpdatedAt { get; }
}
