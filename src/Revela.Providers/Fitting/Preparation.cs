using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Pipelines;

namespace Revela.Providers.Fitting;

/// <summary>Makes of any picture a JPEG that every service takes: upright, on white, no larger than it may be. The place and the rest of the metadata stay here.</summary>
sealed class Preparation(IStepRunner local, IOperations operations)
{
    const int Quality = 95;

    /// <param name="path">Of the file to write, without extension.</param>
    public Task<StepOutcome> Make(StepRun run, ImageHeader header, SendLimits takes, string path, CancellationToken cancel)
    {
        var steps = Steps(header, takes);
        var megabytes = Math.Max(run.Megabytes, operations.Megabytes(steps, header));
        return local.Run(run with { Steps = steps, OutputPath = path, Megabytes = megabytes, Ticket = null }, new Progress<StepProgress>(), cancel);
    }

    static List<Step> Steps(ImageHeader header, SendLimits takes)
    {
        var steps = new List<Step>();
        if (header.Pixels > takes.Pixels)
        {
            var scale = Math.Sqrt((double)takes.Pixels / header.Pixels);
            steps.Add(new Step("resize", new JsonObject { ["width"] = Math.Max(1, (int)(header.Width * scale)), ["height"] = Math.Max(1, (int)(header.Height * scale)) }));
        }
        steps.Add(new Step("strip", new JsonObject { ["keep_copyright"] = false }));
        steps.Add(new Step("convert", new JsonObject { ["format"] = "jpeg", ["quality"] = Quality }));
        return steps;
    }
}
