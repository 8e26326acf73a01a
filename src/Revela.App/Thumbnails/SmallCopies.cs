using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Pipelines;

namespace Revela.App.Thumbnails;

/// <summary>
/// Small copies of pictures for lists and galleries, as WebP: made in a child process like all pixels when first asked for, and kept in the data
/// folder. They can be made again at any time, so they are no assets and may be deleted. Whatever is decoded for one also tells how the picture looks.
/// </summary>
public sealed partial class SmallCopies(
    IAssetStore assets, IObjectStore objects, IStepRunner runner, IOperations operations, RevelaOptions options, TimeProvider time, ILogger<SmallCopies> log) : IDisposable
{
    public const string ContentType = "image/webp";

    // Children that make them compete with jobs for the processors, and whoever looks must not hold up the work.
    const int AtATime = 2;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly ThumbnailFolder folder = new(Path.Combine(options.Data, "thumbnails"));
    readonly SemaphoreSlim turns = new(AtATime);

    /// <summary>The file of the asset's copy in this size; null when none can be made of it.</summary>
    /// <exception cref="Core.OutageException">The storage is away.</exception>
    public async Task<string?> Find(Asset asset, ThumbnailSize size, CancellationToken cancel)
    {
        var name = $"{asset.Sha256}-{(int)size}";
        if (folder.Find(name) is { } kept) return kept.Path;
        await turns.WaitAsync(cancel);
        try
        {
            // Whoever had the turn before may have made it.
            if (folder.Find(name) is { } made) return made.Path;
            return folder.Keep(name, await Make(asset, size, name, cancel));
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Deletes the copies of pictures with these bytes.</summary>
    public void Forget(IEnumerable<string> hashes)
    {
        foreach (var sha256 in hashes) folder.Forget(sha256);
    }

    async Task<string?> Make(Asset asset, ThumbnailSize size, string name, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        using var input = await objects.Fetch(asset.ObjectKey, stop.Token);
        if (input is null) return null;
        var steps = Steps(asset, size);
        var megabytes = operations.Megabytes(steps, new ImageHeader(asset.ContentType, asset.Width, asset.Height, asset.Frames, Channels: 4, BitsPerChannel: 16));
        var run = new StepRun(steps, input.Path, folder.Scratch(name), asset.ContentType, megabytes, options.Limits, JobMetadata: null);
        try
        {
            if (await runner.Run(run, new Progress<StepProgress>(), stop.Token) is StepOutcome.Developed developed)
            {
                await Note(asset, developed, stop.Token);
                return developed.Path;
            }
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
        }
        NoCopy(log, asset.Id);
        return null;
    }

    // Kept without it, the copy would never be made again, and nobody would learn how the picture looks.
    async Task Note(Asset asset, StepOutcome.Developed developed, CancellationToken cancel)
    {
        if (Likeness.Read(developed.Data) is not { } likeness) return;
        try
        {
            await assets.NoteLikeness(asset.Tenant, asset.Sha256, likeness, cancel);
        }
        catch
        {
            File.Delete(developed.Path);
            throw;
        }
    }

    Step[] Steps(Asset asset, ThumbnailSize size)
    {
        Step[] look = asset.Likeness is null ? [new("inspect", [])] : [];
        Step[] wanted =
        [
            new("thumbnail", new JsonObject { ["size"] = (int)size }),
            .. look,
            new("strip", new JsonObject { ["keep_copyright"] = false }),
            new("convert", new JsonObject { ["format"] = "webp", ["quality"] = size == ThumbnailSize.Large ? 86 : 78 }),
        ];
        return [.. wanted.Select(step => operations.Normalise(step, [])!)];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "No small copy can be made of asset {Asset}")]
    static partial void NoCopy(ILogger log, Guid asset);

    public void Dispose() => turns.Dispose();
}

/// <summary>Longest side in pixels.</summary>
public enum ThumbnailSize
{
    /// <summary>For lists.</summary>
    Small = 320,

    /// <summary>For looking at one picture in a page.</summary>
    Large = 1600,
}
