using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Models;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>Networks that crash, hang and eat memory in real children: the run fails, the picture goes free, and no other run is touched.</summary>
public sealed class ModelFaultTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-faults-").FullName;
    int outputs;

    [SkippableFact]
    public async Task A_network_that_eats_memory_fails_its_run_and_no_other()
    {
        var net = new Net();
        var rows = net.Expand(net.Input, 4096, 1, 1, 1);
        for (var i = 0; i < 6; i++) rows = net.Add(rows, net.Sigmoid(rows));
        await using var pool = await Pool(net.Give(net.Sum(rows)));
        var other = pool.Run(Step("pause", new JsonObject { ["seconds"] = 2 }), new Progress<StepProgress>(), default);

        var error = (await Upscale(pool)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
        error.Code.ShouldBe(ErrorCodes.ModelUnusable);
        error.Message.ShouldContain("memory");
        (await other).ShouldBeOfType<StepOutcome.Developed>();
        (await pool.Run(Step("grayscale"), new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Developed>();
    }

    [SkippableFact]
    public async Task A_network_that_takes_for_ever_is_stopped_after_its_time()
    {
        var net = new Net();
        var (at, weights) = (net.Input, Numbers.Weights(48, 48, 15, 15, seed: 5));
        at = net.Convolve(at, Numbers.Weights(48, 3, 1, 1, seed: 6));
        for (var i = 0; i < 500; i++) at = net.Convolve(at, weights);
        await using var pool = await Pool(net.Give(at), new ChildPoolOptions { StepTimeLimit = TimeSpan.FromSeconds(8) });
        var error = (await Upscale(pool, megabytes: 4000)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
        error.Code.ShouldBe(ErrorCodes.ModelUnusable);
        error.Message.ShouldContain("time limit");
    }

    [SkippableFact]
    public async Task A_crash_while_a_network_works_is_its_own_and_after_the_second_it_is_refused()
    {
        var net = new Net();
        await using var pool = await Pool(net.Give(net.Repeat(net.Input, 4)));
        (await Upscale(pool)).ShouldBeOfType<StepOutcome.Developed>();
        var blame = new JsonObject { ["blame"] = $"{EnlargingName}@{Installed.Mark}" };

        foreach (var mayTryAgain in (bool[])[true, false])
        {
            var error = (await pool.Run(Step("test-crash", blame), new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
            (error.Code, error.Retryable).ShouldBe((ErrorCodes.ModelUnusable, mayTryAgain));
            error.Message.ShouldContain(EnlargingName);
            error.Message.ShouldContain("SIGSEGV");
        }

        var refused = (await Upscale(pool)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
        (refused.Code, refused.Retryable).ShouldBe((ErrorCodes.ModelUnusable, false));
        refused.Message.ShouldContain("ended decoding processes before");
        (await pool.Run(Step("test-crash"), new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Crashed>("what dies without a network is the picture's doing");
    }

    [SkippableFact]
    public async Task What_is_missing_is_named_with_the_command_that_brings_it()
    {
        Darkroom.NeedRuntime();
        await using var pool = new ChildPool(Command(Darkroom.Inference.Options with { Folder = folder }), new ChildPoolOptions(), TimeProvider.System, NullLogger<ChildPool>.Instance);
        var missing = (await Upscale(pool)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
        missing.ShouldBe(new JobError(ErrorCodes.ModelMissing, $"The model {EnlargingName} is not here. Add its file with: revela models add {EnlargingName} FILE", Retryable: false));
    }

    [SkippableFact]
    public async Task Without_the_runtime_the_engine_says_so_and_the_rest_works()
    {
        Darkroom.NeedRuntime();
        var options = new OnnxOptions { Folder = folder };
        await using var pool = new ChildPool(Command(options), new ChildPoolOptions(), TimeProvider.System, NullLogger<ChildPool>.Instance);
        var error = (await Upscale(pool)).ShouldBeOfType<StepOutcome.Failed>().Error.Error;
        Skip.If(error.Code == ErrorCodes.ModelMissing && Environment.GetEnvironmentVariable("CI") != "true", "the system has an ONNX Runtime of its own");
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.EngineUnavailable, false));
        error.Message.ShouldContain("revela models runtime");
        (await pool.Run(Step("upscale"), new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Developed>();
    }

    [SkippableFact]
    public async Task A_network_stays_open_between_jobs_and_its_child_too()
    {
        var net = new Net();
        // Weights of 200 MB, more than a child may keep otherwise.
        var big = net.Constant(new float[50_000_000], 50_000_000);
        await using var pool = await Pool(net.Give(net.Add(net.Repeat(net.Input, 4), net.Node("ReduceMax", [big], Net.Int("keepdims", 0)))));
        (await Upscale(pool, megabytes: 1500)).ShouldBeOfType<StepOutcome.Developed>();
        var child = pool.Children.ShouldHaveSingleItem();
        (await Upscale(pool, megabytes: 1500)).ShouldBeOfType<StepOutcome.Developed>();
        pool.Children.ShouldBe([child]);
    }

    const string EnlargingName = "realesrgan-x4plus-anime-6b";

    InstalledModel Installed => new ModelFolder((Darkroom.Inference.Options with { Folder = folder }).ModelsFolder).Find(ModelTable.Find(EnlargingName)!)!;

    /// <summary>Children whose only network is this one.</summary>
    async Task<ChildPool> Pool(byte[] network, ChildPoolOptions? options = null)
    {
        Darkroom.NeedRuntime();
        Environment.SetEnvironmentVariable(TestOperations.Variable, "1");
        var settings = Darkroom.Inference.Options with { Folder = folder };
        var (model, here) = (ModelTable.Find(EnlargingName)!, new ModelFolder(settings.ModelsFolder));
        await File.WriteAllBytesAsync(here.PartOf(model), network);
        await here.Accept(model, here.PartOf(model), "a test", anyFile: true, CancellationToken.None);
        return new ChildPool(Command(settings), options ?? new ChildPoolOptions(), TimeProvider.System, NullLogger<ChildPool>.Instance);
    }

    static ChildCommand Command(OnnxOptions options) => Isolation.Children.Program with { Variables = [.. options.Variables()] };

    Task<StepOutcome> Upscale(ChildPool pool, int megabytes = 300) =>
        pool.Run(Step("upscale", new JsonObject { ["factor"] = 4, ["model"] = EnlargingName }, "onnx", megabytes), new Progress<StepProgress>(), default);

    StepRun Step(string op, JsonObject? options = null, string? engine = null, int megabytes = 64) =>
        new([new Step(op, options ?? [], engine)], Files.Sample("plain.jpg"), Path.Combine(folder, $"{Interlocked.Increment(ref outputs)}"), "image/jpeg", megabytes, new ImageLimits(), null);

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
