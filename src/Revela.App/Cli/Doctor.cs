using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Models;
using Revela.Imaging.Native.Tesseract;
using Revela.Imaging.Native.TurboJpeg;
using Revela.Imaging.Native.Vips;
using Revela.Providers;
using Revela.Providers.Firestore;
using Revela.Storage.Broker;

namespace Revela.App.Cli;

/// <summary><c>revela doctor</c>: tries every dependency and prints the settings that hold.</summary>
sealed class Doctor(Terminal terminal)
{
    const long LeastFreeBytes = 1L << 30;

    // A grey PNG of 1 × 1.
    static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    /// <summary>What is computed from settings is none itself.</summary>
    static readonly JsonSerializerOptions Settings = new(RevelaJson.Options) { IgnoreReadOnlyProperties = true };

    readonly Option<string> data = CommonOptions.Data();

    public Command Verb()
    {
        var verb = new Command("doctor", "Try everything that Revela depends on, and print the settings that hold") { data };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        terminal.PrintJson(JsonSerializer.SerializeToNode(options, Settings)!);
        Directory.CreateDirectory(options.Data);

        var sound = true;
        foreach (var (what, check) in Checks(options, cancel)) sound &= await Try(what, check);
        await using var clients = new ServiceCollection().AddServiceClients().BuildServiceProvider();
        var factory = clients.GetRequiredService<IHttpClientFactory>();
        foreach (var engine in ServiceEngines.All(options.Providers, factory, TimeProvider.System).DistinctBy(engine => engine.Name))
            sound &= await Try(engine.Name, () => engine.Missing is null ? engine.Check(cancel) : Task.FromResult("not set up"));
        var firestore = new FirestoreClient(factory, options.Firestore, TimeProvider.System);
        sound &= await Try(FirestoreClient.Name, () => options.Firestore.IsOn ? firestore.Check(cancel) : Task.FromResult("not set up"));
        return sound ? ExitCode.Ok : ExitCode.Failed;
    }

    static IEnumerable<(string What, Func<Task<string>> Check)> Checks(RevelaOptions options, CancellationToken cancel) =>
    [
        ("libvips", () => Task.FromResult(Vips.Version)),
        ("TurboJPEG", () => Task.FromResult(TurboJpeg.Version)),
        ("ONNX Runtime", () => Task.FromResult(OnnxState(options))),
        ("race numbers", () => Task.FromResult(RaceNumbers())),
        ("store", () => WriteStore(options, cancel)),
        ("objects", () => PrepareObjects(options, cancel)),
        ("broker", () => options.Broker.Url is null ? Task.FromResult("none") : BrokerConnection.Try(options.Broker, cancel)),
        ("child process", () => DevelopInChild(options, cancel)),
        ("pipelines", () => Task.FromResult(Pipelines(options))),
        ("memory", () => Task.FromResult(string.Create(CultureInfo.InvariantCulture, $"{options.Worker.Megabytes} MB for running jobs"))),
        ("disk", () => Task.FromResult(FreeDisk(options))),
    ];

    // Not a dependency: without it all but the onnx engines work.
    static string OnnxState(RevelaOptions options)
    {
        var inference = new Inference(options.Onnx);
        if (!inference.Library.Exists) return $"not here; the engines onnx are off. {RuntimeLibrary.HowToGet}";
        var runtime = inference.Library.Load();
        var here = ModelTable.All.Where(model => inference.Folder.Find(model) is not null).Select(model => model.Name).ToArray();
        return $"{runtime.Version}, runs on {runtime.Provider}; models: {(here.Length == 0 ? "none" : string.Join(", ", here))}";
    }

    async Task<bool> Try(string what, Func<Task<string>> check)
    {
        try
        {
            terminal.Print($"ok      {what}: {await check()}");
            return true;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            terminal.Print($"failed  {what}: {(e as OutageException)?.Error.Message ?? e.Message}");
            return false;
        }
    }

    // Nothing else needs it, so its absence is no failure.
    static string RaceNumbers()
    {
        try
        {
            using var engine = TesseractEngine.Open("eng");
            return $"Tesseract {TesseractEngine.Version}";
        }
        catch (Exception e) when (e is DllNotFoundException or TesseractException)
        {
            return $"cannot be read here. {e.Message}";
        }
    }

    static async Task<string> WriteStore(RevelaOptions options, CancellationToken cancel)
    {
        await using var store = await Setup.OpenStore(options, log: null, cancel);
        var self = WorkerIdentity.Of(options.Worker, TimeProvider.System);
        await store.Workers.Save(self, cancel);
        await store.Workers.Remove(self.Id, cancel);
        return $"can be written in {store.Place}";
    }

    static async Task<string> PrepareObjects(RevelaOptions options, CancellationToken cancel)
    {
        await using var store = await Setup.OpenStore(options, log: null, cancel);
        await store.Objects.Prepare(cancel);
        return options.S3.Endpoint is { } endpoint ? $"can be written at {endpoint}" : "can be written";
    }

    static async Task<string> DevelopInChild(RevelaOptions options, CancellationToken cancel)
    {
        var time = TimeProvider.System;
        var scratch = Directory.CreateTempSubdirectory("revela-");
        try
        {
            var input = Path.Combine(scratch.FullName, "in.png");
            await File.WriteAllBytesAsync(input, Pixel, cancel);
            await using var children = new ChildPool(ChildCommand.ThisProgram(), new ChildPoolOptions(), time, NullLogger<ChildPool>.Instance);
            var step = new Step("resize", new JsonObject { ["width"] = 2, ["height"] = 2, ["enlarge"] = true });
            var began = time.GetTimestamp();
            var outcome = await children.Run(new StepRun([step], input, Path.Combine(scratch.FullName, "out"), "image/png", 16, options.Limits, null), new Progress<StepProgress>(), cancel);
            if (outcome is not StepOutcome.Developed) throw new InvalidOperationException($"it could not develop a picture: {outcome}");
            return string.Create(CultureInfo.InvariantCulture, $"started and developed a picture in {time.GetElapsedTime(began).TotalMilliseconds:0} ms");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    static string Pipelines(RevelaOptions options)
    {
        var known = App.Pipelines.PipelineFile.Load(Path.Combine(options.Data, Engine.PipelinesFile), new Imaging.Operations.OperationCatalog());
        return string.Join(", ", known.All.Select(pipeline => pipeline.Name));
    }

    static string FreeDisk(RevelaOptions options)
    {
        var free = new DriveInfo(Path.GetFullPath(options.Data)).AvailableFreeSpace;
        var words = string.Create(CultureInfo.InvariantCulture, $"{free / 1e9:0.0} GB free");
        return free >= LeastFreeBytes ? words : throw new IOException($"only {words}");
    }
}
