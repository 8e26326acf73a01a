using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging;
using Revela.Imaging.Header;
using Revela.Imaging.Operations;
using Revela.Providers;
using Revela.Providers.Fakes;
using Revela.Tests.App;
using Shouldly;

namespace Revela.Tests.Providers;

/// <summary>Every service played by its fake, the real clients before them over real HTTP, and the real runner with pixels developed in this process.</summary>
sealed class Bench : IAsyncDisposable
{
    readonly ServiceProvider clients = new ServiceCollection().AddServiceClients().BuildServiceProvider();
    readonly string folder = Directory.CreateTempSubdirectory("revela-services-").FullName;
    readonly OperationCatalog operations = new();
    int runs;

    Bench(FakeServices fakes, ProviderOptions options, TimeProvider time)
    {
        Fakes = fakes;
        var engines = ServiceEngines.All(options, clients.GetRequiredService<IHttpClientFactory>(), time);
        Engines = engines;
        Runner = new OutsideRunner(new InProcessRunner(operations, TimeProvider.System), engines, operations, new HeaderReader(), time);
    }

    public FakeServices Fakes { get; }
    public IReadOnlyList<OutsideEngine> Engines { get; }
    public OutsideRunner Runner { get; }

    /// <param name="time">The clients' clock.</param>
    public static async Task<Bench> Open(Func<ProviderOptions, ProviderOptions>? change = null, TimeProvider? time = null)
    {
        var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        var options = new ProviderOptions(new() { UsdPerCredit = 0.09 }, new(), new()).SentTo(fakes);
        return new Bench(fakes, change?.Invoke(options) ?? options, time ?? TimeProvider.System);
    }

    public Task<StepOutcome> Cutout(string engine, JsonObject? options = null, byte[]? picture = null, CancellationToken cancel = default) =>
        Run(new Step("remove-background", options ?? [], engine), picture, null, cancel);

    public Task<StepOutcome> Restyle(string prompt, JsonObject? metadata = null, string size = "512") =>
        Run(new Step("restyle", new JsonObject { ["prompt"] = prompt, ["size"] = size }), null, metadata, default);

    async Task<StepOutcome> Run(Step step, byte[]? picture, JsonObject? metadata, CancellationToken cancel)
    {
        var mistakes = new List<string>();
        var normal = operations.Normalise(step, mistakes);
        mistakes.ShouldBeEmpty();
        var place = Path.Combine(folder, $"{Interlocked.Increment(ref runs)}");
        await File.WriteAllBytesAsync($"{place}.png", picture ?? Pictures.New(64, 48), CancellationToken.None);
        var run = new StepRun([normal!], $"{place}.png", $"{place}-out", "image/png", 500, new(), metadata) { Ticket = new StepTicket("tenant", Guid.NewGuid(), 1, 0) };
        return await Runner.Run(run, new Progress<StepProgress>(), cancel);
    }

    /// <summary>Everything that the runs have left behind beside inputs and results.</summary>
    public IEnumerable<string> Leftovers => Directory.EnumerateFiles(folder).Where(file => file.Contains("-sent", StringComparison.Ordinal) || file.Contains("-reply", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Fakes.DisposeAsync();
        await clients.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

static class Outcomes
{
    public static StepOutcome.Developed Made(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Developed>(outcome.ToString());

    public static JobError Error(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Failed>(outcome.ToString()).Error.Error;

    public static Parked Parked(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Halted>(outcome.ToString()).Why;
}
