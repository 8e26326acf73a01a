using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Api;

/// <summary>What a caller asks for besides the files, read from a JSON body or a form with every mistake told at once.</summary>
public sealed record JobRequest
{
    const int MaxText = 255;
    const int MaxTags = 50;
    static readonly string[] Known =
        ["pipeline", "steps", "priority", "run_at", "batch", "metadata", "tags", "fresh", "idempotency", "asset_id", "url", "callback_url"];

    public string? Pipeline { get; init; }
    public IReadOnlyList<Step>? Steps { get; init; }
    public int? Priority { get; init; }
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Makes a batch even of one job; many always are one.</summary>
    public bool Batch { get; init; }
    public string? BatchName { get; init; }
    public JsonObject? Metadata { get; init; }
    public IReadOnlyList<string> Tags { get; init; } = [];
    public bool Fresh { get; init; }
    public string? Idempotency { get; init; }
    public IReadOnlyList<Guid> AssetIds { get; init; } = [];
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>As it was sent.</summary>
    public string? CallbackUrl { get; init; }

    /// <exception cref="RevelaException"><c>invalid-request</c>.</exception>
    public static JobRequest Read(Upload upload)
    {
        var fields = new FieldReader(upload.Fields, upload.IsForm);
        fields.RefuseOthers(Known);
        var batch = fields.Take("batch");
        var isFlag = FieldReader.Flag(batch, upload.IsForm);
        var request = new JobRequest
        {
            Pipeline = fields.Text("pipeline", MaxText),
            Steps = ReadSteps(fields),
            Priority = fields.Number("priority"),
            RunAt = fields.Time("run_at"),
            Batch = batch is not null && isFlag != false,
            BatchName = isFlag is null ? fields.Text("batch", MaxText) : null,
            Metadata = fields.Object("metadata"),
            Tags = fields.Texts("tags", MaxText, MaxTags),
            Fresh = fields.Flag("fresh"),
            Idempotency = fields.Text("idempotency", MaxText),
            AssetIds = fields.Ids("asset_id"),
            Urls = fields.Texts("url", 4096, int.MaxValue),
            CallbackUrl = fields.Text("callback_url", 2048),
        };
        if (request.Pipeline is null == request.Steps is null) fields.Mistakes.Add("send either 'pipeline' or 'steps'");
        fields.Refuse();
        return request;
    }

    /// <summary>What is asked of the engine, on these pictures.</summary>
    public SubmitRequest ToSubmission(string tenant, IReadOnlyList<Asset> inputs, Pipeline pipeline) => new()
    {
        Tenant = tenant,
        Assets = inputs,
        Pipeline = pipeline,
        Priority = Priority,
        RunAt = RunAt,
        AsBatch = inputs.Count > 1 || Batch,
        BatchName = BatchName,
        Metadata = Metadata,
        Tags = Tags,
        Fresh = Fresh,
        CallbackUrl = CallbackUrl,
    };

    /// <summary>The caller's key of the request: the header, or else the field.</summary>
    public static string? KeyOf(HttpRequest http, JobRequest request)
    {
        // The header is a structured string in the draft standard: quotes are part of its spelling.
        var header = http.Headers["Idempotency-Key"].ToString().Trim('"');
        if (header.Length > MaxText) throw Refusals.Invalid($"The Idempotency-Key may have at most {MaxText} characters.");
        if (header.Length == 0) return request.Idempotency;
        if (request.Idempotency is { } field && field != header) throw Refusals.Invalid("The Idempotency-Key and the field 'idempotency' differ.");
        return header;
    }

    internal static IReadOnlyList<Step>? ReadSteps(FieldReader fields)
    {
        if (fields.Parsed("steps") is not { } node) return null;
        if (node is not JsonArray list)
        {
            fields.Mistakes.Add("'steps' must be an array of steps");
            return [];
        }
        return [.. list.Select(step => StepJson.Read(step, fields.Mistakes)).OfType<Step>()];
    }
}
