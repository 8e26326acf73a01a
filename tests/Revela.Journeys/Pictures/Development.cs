using System.Collections.Concurrent;
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
        var key = (System.Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(jpeg)), pipeline);
        return known.TryGetValue(key, out var hashes) ? hashes : known[key] = await Develop(jpeg, PipelineFile.Read(pipelines, "journey", operations).Single(found => found.Name == pipeline));
    }

    static async Task<IReadOnlyList<string>> Develop(byte[] jpeg, Pipeline pipeline)
    {
        var folder = Directory.CreateTempSubdirectory("revela-journey-");
        try
        {
            var input = Path.Combine(folder.FullName, "input.jpg");
            await File.WriteAllBytesAsync(input, jpeg);
            var made = new List<StepOutcome.Developed>();
            var hashes = new List<string>();
            foreach (var group in Plan.Of(pipeline, operations).Groups)
            {
                var (path, type) = group.Source < 0 ? (input, "image/jpeg") : (made[group.Source].Path, made[group.Source].ContentType);
                var steps = group.Steps.Where(step => step.Op != "pause").ToArray();
                var run = new StepRun(steps, path, Path.Combine(folder.FullName, $"{group.Last}"), type, 1000, new ImageLimits(), null);
                made.Add((StepOutcome.Developed)await runner.Run(run, new Progress<StepProgress>(), CancellationToken.None));
                if (group.Publishes) hashes.Add(made[^1].Sha256);
            }
            return hashes;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
