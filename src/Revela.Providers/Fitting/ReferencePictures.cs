using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Providers.Fitting;

/// <summary>Pictures of the tenant that a step names as references, prepared like the job's own.</summary>
sealed class ReferencePictures(IAssetStore assets, IObjectStore objects, Preparation preparation)
{
    /// <returns>Files beside the run's output, or why there are none.</returns>
    public async Task<(IReadOnlyList<string> Paths, StepOutcome? Refused)> Bring(StepRun run, StepTicket ticket, SendLimits takes, CancellationToken cancel)
    {
        var paths = new List<string>();
        foreach (var id in (run.Steps[0].Options["references"] as JsonArray ?? []).Select(id => Guid.Parse(id!.GetValue<string>())))
        {
            if (await assets.Get(ticket.Tenant, id, cancel) is not { } asset) return ([], Refused(ErrorCodes.InputGone, $"The reference {id:D} is not there, or was deleted."));
            using var file = await objects.Fetch(asset.ObjectKey, cancel);
            if (file is null) return ([], Refused(ErrorCodes.InputGone, $"The reference {id:D} was deleted."));
            var header = new ImageHeader(asset.ContentType, asset.Width, asset.Height, asset.Frames, Channels: 4, BitsPerChannel: 16);
            var path = $"{run.OutputPath}-reference{paths.Count}";
            // Whatever is wrong with it is no fault of the job's own picture.
            if (asset.Frames > 1 || await preparation.Make(run with { InputPath = file.Path, ContentType = asset.ContentType }, header, takes, path, cancel) is not StepOutcome.Developed made)
                return ([], Refused(ErrorCodes.OperationFailed, $"The reference {id:D} is no still picture that can be read."));
            paths.Add(made.Path);
        }
        return (paths, null);
    }

    static StepOutcome.Failed Refused(string code, string message) => new(new JobErrorDetail(new JobError(code, message, Retryable: false), 0));
}
