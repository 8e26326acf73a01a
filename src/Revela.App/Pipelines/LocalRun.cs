using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;

namespace Revela.App.Pipelines;

/// <summary>A job of no store: its steps run here and now, its outputs are files.</summary>
sealed class LocalRun(IOperations operations, IStepRunner runner, TimeProvider time)
{
    readonly ImageLimits limits = new();

    public sealed record Result(Job Job, IReadOnlyList<string> Files);

    /// <param name="output">The last output's file; named ones stand beside it as <c>file.name.ext</c>. Null to name it after input and pipeline.</param>
    /// <exception cref="RevelaException">The input is no image, or larger than is taken; or there is no writing what the output is called.</exception>
    public async Task<Result> Develop(string input, Pipeline pipeline, string? output, CancellationToken cancel)
    {
        var header = ReadHeader(input);
        pipeline = WithFormat(pipeline, header.ContentType, output);
        var scratch = Directory.CreateTempSubdirectory("revela-");
        try
        {
            var job = NewJob(pipeline);
            var (made, ended) = await Run(job, input, header, scratch.FullName, cancel);
            return ended.State == JobState.Completed ? Publish(ended, made, input, output) : new Result(ended, []);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    ImageHeader ReadHeader(string path)
    {
        using var file = File.OpenRead(path);
        var header = new HeaderReader().Read(file);
        if (header.Pixels > limits.MaxPixels)
            throw new RevelaException(ErrorCodes.TooManyPixels, string.Create(CultureInfo.InvariantCulture, $"The image has {header.Pixels:N0} pixels; at most {limits.MaxPixels:N0} are taken."));
        return header;
    }

    // The extension that was asked for is a wish as good as any step.
    Pipeline WithFormat(Pipeline pipeline, string contentType, string? output)
    {
        var wanted = Path.GetExtension(output)?.TrimStart('.').ToLowerInvariant() switch { "jpg" => "jpeg", "tif" => "tiff", var other => other };
        var last = pipeline.Steps[^1];
        var given = last.Op == "convert" ? last.Options["format"]?.ToString() : contentType["image/".Length..];
        if (string.IsNullOrEmpty(wanted) || wanted == given) return pipeline;

        var mistakes = new List<string>();
        var convert = operations.Normalise(new Step("convert", new JsonObject { ["format"] = wanted }), mistakes)
            ?? throw new RevelaException(ErrorCodes.InvalidOptions, $"'{output}' cannot be written: {string.Join("; ", mistakes)}");
        return pipeline with { Steps = [.. pipeline.Steps.SkipLast(1), last with { As = null }, convert with { As = last.As }] };
    }

    Job NewJob(Pipeline pipeline)
    {
        var now = time.GetUtcNow();
        return new Job
        {
            Id = Ids.New(time),
            Seq = 0,
            Tenant = KeyRing.DefaultTenant,
            Queue = pipeline.Queue,
            Pipeline = pipeline,
            State = JobState.Processing,
            AssetId = Ids.New(time),
            Attempt = 1,
            CreatedAt = now,
            RunAt = now,
            StartedAt = now,
        };
    }

    // A group that only looked has made nothing.
    sealed record Made(StepGroup Group, StepOutcome.Developed? Picture);

    async Task<(IReadOnlyList<Made> Made, Job Job)> Run(
        Job job, string input, ImageHeader header, string scratch, CancellationToken cancel)
    {
        var plan = Plan.Of(job.Pipeline, operations);
        var done = new List<Made>();
        var steps = new List<StepRecord>();
        JsonObject? data = null;
        foreach (var group in plan.Groups)
        {
            var began = time.GetUtcNow();
            var (path, type) = group.Source < 0 ? (input, header.ContentType) : (done[group.Source].Picture!.Path, done[group.Source].Picture!.ContentType);
            var run = new StepRun(
                group.Steps, path, Path.Combine(scratch, group.Last.ToString(CultureInfo.InvariantCulture)), type, operations.Megabytes(group.Steps, header), limits, JobMetadata: null)
            { IsBetween = !group.Publishes };
            var outcome = await runner.Run(run, new Progress<StepProgress>(), cancel);
            steps.AddRange(group.Steps.Select(step => new StepRecord(
                step.Op, operations.EngineOf(step, outcome), outcome.By is null ? "failed" : "completed", began, time.GetUtcNow())));
            if (outcome.By is null) return (done, Ended(job, JobState.Failed) with { Steps = steps, Error = Error(outcome) });
            done.Add(new Made(group, outcome as StepOutcome.Developed));
            foreach (var (name, value) in outcome.Found ?? []) (data ??= [])[name] = value?.DeepClone();
        }
        return (done, Ended(job, JobState.Completed) with { Steps = steps, Data = data });
    }

    Job Ended(Job job, JobState state) => job with { State = state, Progress = state == JobState.Completed ? 1 : 0, FinishedAt = time.GetUtcNow() };

    static JobError Error(StepOutcome outcome) => outcome is StepOutcome.Crashed crashed ? crashed.Error.Error : ((StepOutcome.Failed)outcome).Error.Error;

    Result Publish(Job job, IReadOnlyList<Made> made, string input, string? output)
    {
        var outputs = new List<Output>();
        var files = new List<string>();
        var last = made.LastOrDefault(one => one.Group.Publishes)?.Group;
        foreach (var (group, found) in made.Where(one => one.Group.Publishes))
        {
            var picture = found!;
            var target = Target(job.Pipeline, group, group == last, picture, input, output);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(target))!);
            File.Move(picture.Path, target, overwrite: true);
            files.Add(target);
            outputs.Add(new Output(Ids.New(time), group.Name, picture.ContentType, picture.Bytes, picture.Width, picture.Height));
        }
        return new Result(job with { Outputs = outputs }, files);
    }

    static string Target(Pipeline pipeline, StepGroup group, bool isLast, StepOutcome.Developed picture, string input, string? output)
    {
        if (output is not null && isLast) return output;
        var stem = output is null ? $"{Path.ChangeExtension(input, null)}.{pipeline.Name}" : Path.ChangeExtension(output, null);
        return $"{stem}{(group.Name is { } name ? $".{name}" : "")}{ObjectKeys.Extension(picture.ContentType)}";
    }
}
