using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;

namespace Revela.Tests.Imaging.Isolation;

/// <summary>A pool of real child processes of the real program, in a folder of its own, with the operations that misbehave.</summary>
sealed class Children : IAsyncDisposable
{
    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("revela-children-");
    int outputs;

    public Children(ChildPoolOptions? options = null, ChildCommand? command = null, TimeProvider? time = null)
    {
        Environment.SetEnvironmentVariable(TestOperations.Variable, "1");
        Pool = new ChildPool(command ?? Program, options ?? new ChildPoolOptions(), time ?? TimeProvider.System, NullLogger<ChildPool>.Instance);
    }

    /// <summary>The program that the tests were built with.</summary>
    public static ChildCommand Program { get; } = new(Path.Combine(AppContext.BaseDirectory, "revela"), []);

    public ChildPool Pool { get; }

    public Task<StepOutcome> Run(string op, JsonObject? options = null, int megabytes = 64, IProgress<StepProgress>? progress = null, CancellationToken cancel = default) =>
        Run(Step(op, options, megabytes), progress, cancel);

    public Task<StepOutcome> Run(StepRun run, IProgress<StepProgress>? progress = null, CancellationToken cancel = default) =>
        Pool.Run(run, progress ?? new Progress<StepProgress>(), cancel);

    public StepRun Step(string op, JsonObject? options = null, int megabytes = 64) =>
        new([new Step(op, options ?? [])], Files.Sample("plain.jpg"), Path.Combine(folder.FullName, $"{Interlocked.Increment(ref outputs)}"), "image/jpeg", megabytes, new ImageLimits(), null);

    public static JsonObject Seconds(double seconds) => new() { ["seconds"] = seconds };

    public async ValueTask DisposeAsync()
    {
        await Pool.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
