using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Imaging;
using Revela.Imaging.Header;
using Revela.Imaging.Operations;
using Revela.Providers;
using Revela.Providers.Fakes;
using Revela.Storage;
using Revela.Tests.App;
using Shouldly;

namespace Revela.Tests.Providers;

/// <summary>Every service played by its fake, the real clients before them over real HTTP, a real store of calls, and the real runner with pixels developed in this process.</summary>
sealed class Bench : IAsyncDisposable
{
    readonly ServiceProvider clients = new ServiceCollection().AddServiceClients().BuildServiceProvider();
    readonly string folder;
    readonly TimeProvider time;
    readonly OperationCatalog operations = new();
    int runs;

    Bench(FakeServices fakes, string folder, EmbeddedStore store, ProviderOptions options, CallOptions calls, TimeProvider time)
    {
        (Fakes, this.folder, Store, this.time) = (fakes, folder, store, time);
        var engines = ServiceEngines.All(options, clients.GetRequiredService<IHttpClientFactory>(), time);
        Engines = engines;
        Runner = new OutsideRunner(new InProcessRunner(operations, TimeProvider.System), engines, operations, new HeaderReader(), store.Assets, store.Objects, new Cashier(store.Calls, store.Objects, Meter, calls, time));
    }

    public FakeServices Fakes { get; }
    public IReadOnlyList<OutsideEngine> Engines { get; }
    public OutsideRunner Runner { get; }
    public EmbeddedStore Store { get; }
    public ServiceMeter Meter { get; } = new();

    /// <summary>The job of the last run.</summary>
    public ClaimedJob Claimed { get; private set; } = null!;

    /// <param name="time">The clock of clients and store.</param>
    public static async Task<Bench> Open(Func<ProviderOptions, ProviderOptions>? change = null, TimeProvider? time = null, CallOptions? calls = null)
    {
        time ??= TimeProvider.System;
        var folder = Directory.CreateTempSubdirectory("revela-services-").FullName;
        var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        var options = new ProviderOptions(new(), new() { UsdPerCredit = 0.09 }, new(), new(), new()).SentTo(fakes);
        var store = await EmbeddedStore.Open(folder, time, null, CancellationToken.None);
        return new Bench(fakes, folder, store, change?.Invoke(options) ?? options, calls ?? new(), time);
    }

    public Task<StepOutcome> Cutout(string engine, JsonObject? options = null, byte[]? picture = null, CancellationToken cancel = default) =>
        Run(new Step("remove-background", options ?? [], engine), picture, null, cancel);

    public Task<StepOutcome> Upscale(JsonObject options) => Run(new Step("upscale", options, "clipdrop"), null, null, default);

    public Task<StepOutcome> Restyle(string prompt, JsonObject? metadata = null, string size = "512", params Guid[] references) =>
        Run(new Step("restyle", new JsonObject { ["prompt"] = prompt, ["size"] = size, ["references"] = new JsonArray([.. references.Select(id => JsonValue.Create(id.ToString("D")))]) }), null, metadata, default);

    /// <summary>A picture that is kept for a tenant.</summary>
    public async Task<Guid> Keep(byte[] picture, string tenant = "tenant") =>
        (await new Intake(Store.Objects, Store.Assets, new HeaderReader(), new ImageLimits(), new IntakeLimits(), time).Accept(tenant, new MemoryStream(picture), "reference.png", CancellationToken.None)).Id;

    /// <summary>The same by a worker whose job was taken from it.</summary>
    public Task<StepOutcome> Late(string engine) => Run(new Step("remove-background", [], engine), null, null, default, isLate: true);

    public Task<StepOutcome> Publish(JsonObject options, JsonObject? metadata = null, byte[]? picture = null, string engine = "cloudinary") =>
        Run(new Step("publish", options, engine), picture, metadata, default);

    async Task<StepOutcome> Run(Step step, byte[]? picture, JsonObject? metadata, CancellationToken cancel, bool isLate = false)
    {
        var mistakes = new List<string>();
        var normal = operations.Normalise(step, mistakes);
        mistakes.ShouldBeEmpty();
        var place = Path.Combine(folder, $"{Interlocked.Increment(ref runs)}");
        await File.WriteAllBytesAsync($"{place}.png", picture ?? Pictures.New(64, 48), CancellationToken.None);
        var run = new StepRun([normal!], $"{place}.png", $"{place}-out", "image/png", 500, new(), metadata) { Ticket = await Take(normal!) };
        if (isLate) await Store.Jobs.Settle(new Settlement(Claimed.Job.Id, Claimed.Lease, new Ending.GivenBack(), []), CancellationToken.None);
        return await Runner.Run(run, new Progress<StepProgress>(), cancel);
    }

    /// <summary>The last step once more, by whoever gets its job after its worker has died.</summary>
    public async Task<StepOutcome> Next()
    {
        await Store.Jobs.ExpireLeases("bench", CancellationToken.None);
        await Store.Jobs.Rescue(20, CancellationToken.None);
        var id = Claimed.Job.Id;
        Claimed = (await Store.Jobs.Claim(new ClaimRequest { Worker = "bench", Slots = 1000, LeaseFor = TimeSpan.FromHours(1) }, CancellationToken.None)).Jobs.Single(claimed => claimed.Job.Id == id);
        var place = Path.Combine(folder, $"{runs}");
        var run = new StepRun(Claimed.Job.Pipeline.Steps, $"{place}.png", $"{place}-next", "image/png", 500, new(), null) { Ticket = new StepTicket("tenant", id, Claimed.Lease, 0) };
        return await Runner.Run(run, new Progress<StepProgress>(), CancellationToken.None);
    }

    // A call is only made for a job that somebody holds.
    async Task<StepTicket> Take(Step step)
    {
        var job = new NewJob { Id = Ids.New(time), Tenant = "tenant", Queue = Queue.Default, Pipeline = new Pipeline { Name = "test", Steps = [step] }, AssetId = Ids.New(time) };
        await Store.Jobs.Submit(new NewSubmission { Jobs = [job] }, CancellationToken.None);
        Claimed = (await Store.Jobs.Claim(new ClaimRequest { Worker = "bench", Slots = 1000, LeaseFor = TimeSpan.FromHours(1) }, CancellationToken.None)).Jobs.Single(claimed => claimed.Job.Id == job.Id);
        return new StepTicket(job.Tenant, job.Id, Claimed.Lease, 0);
    }

    /// <summary>Everything that the runs have left behind beside inputs and results.</summary>
    public IEnumerable<string> Leftovers => Directory.EnumerateFiles(folder).Where(file => file.Contains("-sent", StringComparison.Ordinal) || file.Contains("-reply", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await Fakes.DisposeAsync();
        await clients.DisposeAsync();
        await Store.DisposeAsync();
        Meter.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}

static class Outcomes
{
    public static StepOutcome.Developed Made(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Developed>(outcome.ToString());

    public static JobError Error(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Failed>(outcome.ToString()).Error.Error;

    public static Parked Parked(this StepOutcome outcome) => outcome.ShouldBeOfType<StepOutcome.Halted>(outcome.ToString()).Why;
}
