using System.Collections.Concurrent;
using System.Security.Cryptography;
using Revela.App.Pipelines;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Imaging;
using Revela.Imaging.Operations;

namespace Revela.Journeys.Pictures;

/// <summary>What a pipeline makes of an image, found out in this process without store, queue or server.</summary>
static class Development
{
    static readonly OperationCatalog operations = new();
    static readonly InProcessRunner runner = new(operations, TimeProvider.System);
    static readonly ConcurrentDictionary<(string, string), IReadOnlyList<string>> known = [];

    /// <summary>Lower-case hex of each picture that is published, in the order of the steps.</summary>
    /// <param name="pipelines">The file in which the pipeline stands.</param>
    public static async Task<IReadOnlyList<string>> Hashes(byte[] jpeg, string pipeline, string pipelines)
    {
        var key = (System.Convert.ToHexStringLower(SHA256.HashData(jpeg)), pipeline);
        if (known.TryGetValue(key, out var hashes)) return hashes;
        var pictures = await Pictures(jpeg, "image/jpeg", pipeline, pipelines);
        return known[key] = [.. pictures.Select(picture => System.Convert.ToHexStringLower(SHA256.HashData(picture)))];
    }

    /// <summary>Each picture that is published, in the order of the steps.</summary>
    /// <param name="pipelines">The file in which the pipeline stands.</param>
    public static async Task<IReadOnlyList<byte[]>> Pictures(byte[] image, string contentType, string pipeline, string pipelines)
    {
        var plan = Plan.Of(PipelineFile.Read(pipelines, "journey", operations).Single(found => found.Name == pipeline), operations);
        var folder = Directory.CreateTempSubdirectory("revela-journey-");
        try
        {
            var input = Path.Combine(folder.FullName, "input");
            await File.WriteAllBytesAsync(input, image);
            var made = new List<StepOutcome.Developed>();
            var published = new List<byte[]>();
            foreach (var group in plan.Groups)
            {
                var (path, type) = group.Source < 0 ? (input, contentType) : (made[group.Source].Path, made[group.Source].ContentType);
                var steps = group.Steps.Where(step => step.Op != "pause").ToArray();
                var run = new StepRun(steps, path, Path.Combine(folder.FullName, $"{group.Last}"), type, 1000, new ImageLimits(), null);
                made.Add((StepOutcome.Developed)await runner.Run(run, new Progress<StepProgress>(), CancellationToken.None));
                if (group.Publishes) published.Add(await File.ReadAllBytesAsync(made[^1].Path));
            }
            return published;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
