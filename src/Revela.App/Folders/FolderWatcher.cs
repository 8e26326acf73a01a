using Revela.App.Api;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;

namespace Revela.App.Folders;

/// <summary>
/// Develops the pictures of a watched folder: takes each in under the id of its job, so that none is taken twice whatever dies, and writes what was made of it back.
/// </summary>
public sealed class FolderWatcher(
    WatchOptions options, Intake intake, Submitter submitter, PipelineCatalog catalog, IJobStore jobs, IAssetStore assets, IObjectStore objects,
    IWorkerStore workers, WorkerInfo identity, WorkerOptions work, TimeProvider time, ILogger<FolderWatcher> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        var path = Path.GetFullPath(options.Folder!);
        using var duty = new Duty($"folder {path}", workers, identity, work, time);
        using var timer = new PeriodicTimer(options.Every, time);
        WatchedFolder? folder = null;
        do
        {
            try
            {
                if (await duty.IsMine(stopping)) await Look(folder ??= new WatchedFolder(path), stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "The watched folder could not be looked at; trying again");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    async Task Look(WatchedFolder folder, CancellationToken cancel)
    {
        folder.Take(() => Ids.New(time));
        foreach (var file in folder.Taken().ToArray())
        {
            var job = await jobs.Get(options.Tenant, file.Job, cancel);
            if (job is null) await Submit(folder, file, cancel);
            else if (job.State == JobState.Completed) await Write(folder, file, job, cancel);
            else if (job.State.IsFinal()) folder.Fail(file, job.Error?.Message ?? "It was cancelled.");
        }
    }

    async Task Submit(WatchedFolder folder, TakenFile file, CancellationToken cancel)
    {
        try
        {
            Asset asset;
            await using (var bytes = File.OpenRead(file.Path)) asset = await intake.Accept(options.Tenant, bytes, file.Name, cancel, assetId: file.Job);
            await submitter.Submit(new SubmitRequest { Tenant = options.Tenant, Assets = [asset], Pipeline = catalog.Get(options.Pipeline), JobId = file.Job }, cancel);
        }
        catch (RevelaException e) when (!e.Error.Retryable)
        {
            folder.Fail(file, e.Error.Message);
        }
    }

    async Task Write(WatchedFolder folder, TakenFile file, Job job, CancellationToken cancel)
    {
        for (var i = 0; i < job.Outputs.Count; i++)
        {
            if (await assets.Get(options.Tenant, job.Outputs[i].AssetId, cancel) is not { } asset || await objects.Open(asset.ObjectKey, cancel) is not { } bytes) continue;
            var scratch = folder.Scratch(file, i);
            await using (bytes)
            await using (var to = File.Create(scratch)) await bytes.CopyToAsync(to, cancel);
            var suffix = job.Outputs[i].Name is { } name ? "-" + name : "";
            folder.Show(scratch, Picture.SaveName(asset, Path.GetFileNameWithoutExtension(file.Name) + suffix + ".x"));
        }
        WatchedFolder.Finish(file);
    }
}
