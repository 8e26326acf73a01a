using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text.Json;
using Revela.App.Pipelines;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>
/// Shows what pipelines make of a sample photo. Each does its work on it once, in the background and in a child process like all pixels, for as long
/// as its steps stay the same; what came of it is kept in the data folder. Nobody outside is ever asked for one.
/// </summary>
public sealed partial class Examples(IStepRunner runner, IOperations operations, RevelaOptions options, TimeProvider time, IHostApplicationLifetime life, ILogger<Examples> log) : IAsyncDisposable
{
    public const string ContentType = "image/webp";
    const string Sample = "coffee.png", Name = "example";
    const int MostKept = 100;
    static readonly TimeSpan LeftAfter = TimeSpan.FromDays(1);

    // Of what is shown; what is told is of the result itself.
    static readonly Step[] Shown = [new("thumbnail", new() { ["size"] = 1024 }), new("strip", []), new("convert", new() { ["format"] = "webp", ["quality"] = 86 })];

    readonly string folder = Path.Combine(options.Data, "examples");
    readonly LocalRun local = new(operations, runner, time);
    readonly Lazy<SamplePhoto?> sample = new(() => SamplePhoto.Find(Path.Combine(AppContext.BaseDirectory, "samples", Sample)));
    readonly ConcurrentDictionary<string, Lazy<Task<Example>>> making = [];

    // Whoever looks must not hold up the work.
    readonly SemaphoreSlim turn = new(1);

    /// <summary>What every example begins with; null where Revela was installed without samples: then there are no examples.</summary>
    public SamplePhoto? Before => sample.Value;

    /// <summary>How the example of a pipeline stands. Where there is none yet, it is begun.</summary>
    public Example Of(Pipeline pipeline)
    {
        if (pipeline.Steps.Any(step => operations.Find(step.Op)?.MayGoOutside(step) != false)) return new Example(ExampleState.Outside);
        if (!Plan.Of(pipeline, operations).Groups.Any(group => group.Publishes)) return new Example(ExampleState.Looks);
        return KeyOf(pipeline) is { } key ? Kept(key) ?? Begun(key, pipeline) : new Example(ExampleState.Outside);
    }

    /// <summary>The file of the picture that a pipeline makes, as <see cref="ContentType"/>, once it is there; null when there is none.</summary>
    public async Task<string?> Find(Pipeline pipeline, CancellationToken cancel)
    {
        if (Of(pipeline) is not { State: ExampleState.Made or ExampleState.Making } || KeyOf(pipeline) is not { } key) return null;
        var example = Kept(key) ?? await Making(key, pipeline).WaitAsync(cancel);
        return example.State == ExampleState.Made ? PictureOf(key) : null;
    }

    string? KeyOf(Pipeline pipeline) => ContentKey.Of(Before!.Sha256, pipeline, operations);

    string PictureOf(string key) => Path.Combine(folder, key + ".webp");

    string RecordOf(string key) => Path.Combine(folder, key + ".json");

    // One that a power cut has emptied, or that is just being deleted, is made anew.
    Example? Kept(string key)
    {
        try
        {
            return File.Exists(RecordOf(key)) && File.Exists(PictureOf(key)) ? JsonSerializer.Deserialize<Example>(File.ReadAllText(RecordOf(key)), RevelaJson.Options) : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    Example Begun(string key, Pipeline pipeline) => Making(key, pipeline) is { IsCompletedSuccessfully: true } made ? made.Result : new Example(ExampleState.Making);

    Task<Example> Making(string key, Pipeline pipeline) =>
        making.GetOrAdd(key, _ => new Lazy<Task<Example>>(() => Task.Run(() => Make(key, pipeline)))).Value;

    async Task<Example> Make(string key, Pipeline pipeline)
    {
        var example = await Try(key, pipeline);
        // What a pipeline says of the photo is remembered until the next start: by then it may be set up otherwise.
        if (example.Why is null) making.TryRemove(key, out _);
        return example;
    }

    async Task<Example> Try(string key, Pipeline pipeline)
    {
        using var limit = new CancellationTokenSource(pipeline.AttemptTimeout, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, life.ApplicationStopping);
        try
        {
            await turn.WaitAsync(stop.Token);
            try
            {
                // Whoever had the turn before may have made it.
                return Kept(key) ?? await Develop(key, pipeline with { Name = Name }, stop.Token);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (RevelaException refused)
        {
            return new Example(ExampleState.Failed) { Why = refused.Error.Message };
        }
        catch (Exception e) when (e is OperationCanceledException or OutageException or IOException or UnauthorizedAccessException)
        {
            NotMade(log, pipeline.Name, e);
            return new Example(ExampleState.Failed);
        }
    }

    async Task<Example> Develop(string key, Pipeline pipeline, CancellationToken cancel)
    {
        var scratch = Directory.CreateDirectory(Path.Combine(folder, $"{key}-{Guid.NewGuid():N}"));
        try
        {
            var input = Path.Combine(scratch.FullName, Sample);
            File.Copy(Before!.Path, input);
            var (job, files) = await local.Develop(input, pipeline, null, cancel);
            if (job.State != JobState.Completed) return new Example(ExampleState.Failed) { Why = job.Error?.Message };
            var main = job.Outputs.Select((output, at) => (output, at)).OrderBy(one => one.output.Name is null).ThenBy(one => one.at).Last();
            var shown = await local.Develop(files[main.at], new Pipeline { Name = Name, Steps = [.. Shown.Select(step => operations.Normalise(step, [])!)] }, null, cancel);
            if (shown.Job.State != JobState.Completed) return new Example(ExampleState.Failed) { Why = shown.Job.Error?.Message };
            File.Move(shown.Files[0], PictureOf(key), overwrite: true);
            return Keep(key, scratch, new Example(ExampleState.Made) { Version = key[..16], Width = main.output.Width, Height = main.output.Height, Bytes = main.output.Bytes });
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    // The record comes behind its picture, whole or not at all.
    Example Keep(string key, DirectoryInfo scratch, Example example)
    {
        var draft = Path.Combine(scratch.FullName, "record");
        File.WriteAllText(draft, JsonSerializer.Serialize(example, RevelaJson.Options));
        File.Move(draft, RecordOf(key), overwrite: true);
        foreach (var old in new DirectoryInfo(folder).EnumerateFiles("*.json").OrderByDescending(file => file.LastWriteTimeUtc).Skip(MostKept))
        {
            old.Delete();
            File.Delete(Path.ChangeExtension(old.FullName, ".webp"));
        }
        // What was being made when a process died.
        foreach (var left in new DirectoryInfo(folder).EnumerateDirectories().Where(left => left.LastWriteTimeUtc < time.GetUtcNow() - LeftAfter)) left.Delete(recursive: true);
        return example;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No example of the pipeline {Pipeline} can be made now")]
    static partial void NotMade(ILogger log, string pipeline, Exception why);

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(making.Values.Select(one => one.Value));
        turn.Dispose();
    }
}

/// <summary>The photo that examples begin with, as it came with Revela.</summary>
public sealed record SamplePhoto(string Path, string Sha256, int Width, int Height, long Bytes)
{
    /// <summary>Null when there is no such file.</summary>
    public static SamplePhoto? Find(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = File.OpenRead(path);
        var header = new Imaging.Header.HeaderReader().Read(file);
        file.Position = 0;
        return new SamplePhoto(path, Convert.ToHexStringLower(SHA256.HashData(file)), header.Width, header.Height, file.Length);
    }
}

/// <summary>How the example of a pipeline stands.</summary>
public enum ExampleState
{
    Making,
    Made,

    /// <summary>Never made: a service outside does a part of it, or may.</summary>
    Outside,

    /// <summary>Never made: all its steps only look.</summary>
    Looks,

    /// <summary>It makes nothing of the sample, or not now.</summary>
    Failed,
}

/// <summary>What a pipeline makes of the sample; size and bytes are those of its result.</summary>
public sealed record Example(ExampleState State)
{
    /// <summary>Changes with the picture.</summary>
    public string? Version { get; init; }
    public int Width { get; init; }
    public int Height { get; init; }
    public long Bytes { get; init; }

    /// <summary>What the pipeline says of the sample, when it makes nothing of it.</summary>
    public string? Why { get; init; }
}
