using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;
using Revela.Storage;

namespace Revela.Tests.Flow;

/// <summary>The spine on a real embedded store in a folder of its own, turned by hand: one claim, one run, one settlement at a time.</summary>
sealed class Spine : IAsyncDisposable
{
    public const string Tenant = "default";

    static readonly byte[] Pixel = Convert.FromBase64String(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

    static int copies;

    public required EmbeddedStore Store { get; init; }
    public required TimeProvider Clock { get; init; }

    /// <summary>The clock, where the test turns it.</summary>
    public ManualTime Time => (ManualTime)Clock;
    public required string Folder { get; init; }
    public ScriptedRunner Runner { get; } = new();
    public FourOperations Operations { get; } = new();
    public WorkerOptions Options { get; init; } = new();
    public ImageLimits Limits { get; init; } = new();

    public Intake Intake => new(Store.Objects, Store.Assets, new HeaderReader(), Limits, new IntakeLimits(), Clock);
    public Submitter Submitter => new(Store.Jobs, Store.Webhooks, Operations, new IntakeLimits(), Clock);
    public Upkeep Upkeep => new(Store.Workers, WorkerIdentity.Of(Options, Clock), Options, Clock);
    public Janitor Janitor => new(Store.Jobs, Store.Assets, Store.Events, Store.Objects, Upkeep, Options, Clock, NullLogger<Janitor>.Instance);

    public Verdict Verdict => new(Operations, Options, Clock);
    public StaleWrites StaleWrites { get; } = new(NullLogger<StaleWrites>.Instance);
    public Foreman Foreman => new(Store.Jobs, Store.Objects, Verdict, StaleWrites, NullLogger<Foreman>.Instance);
    public JobExecutor Executor => new(Foreman, Operations, Runner, Limits, Clock, NullLogger<JobExecutor>.Instance);

    public static async Task<Spine> Open(WorkerOptions? options = null, ImageLimits? limits = null, TimeProvider? time = null)
    {
        time ??= new ManualTime();
        var folder = Directory.CreateTempSubdirectory("revela-spine-").FullName;
        var store = await EmbeddedStore.Open(folder, time, NullLoggerFactory.Instance, CancellationToken.None);
        return new Spine { Store = store, Clock = time, Folder = folder, Options = options ?? new(), Limits = limits ?? new() };
    }

    public static Pipeline Pipeline(params string[] ops) =>
        new() { Name = string.Join('-', ops), Steps = [.. ops.Select(op => new Step(op, []))] };

    /// <summary>A real one-pixel PNG; every copy differs in its last bytes.</summary>
    public static byte[] Photo() => [.. Pixel, .. BitConverter.GetBytes(Interlocked.Increment(ref copies))];

    public Task<Asset> Upload(byte[]? bytes = null) => Intake.Accept(Tenant, new MemoryStream(bytes ?? Photo()), "photo.png", CancellationToken.None);

    public async Task<Guid> Submit(Pipeline pipeline, Asset? asset = null, Func<SubmitRequest, SubmitRequest>? with = null)
    {
        var request = new SubmitRequest { Tenant = Tenant, Assets = [asset ?? await Upload()], Pipeline = pipeline };
        var submitted = await Submitter.Submit(with?.Invoke(request) ?? request, CancellationToken.None);
        return submitted[0].JobId;
    }

    public async Task<Job> Job(Guid id) => await Store.Jobs.Get(Tenant, id, CancellationToken.None) ?? throw new InvalidOperationException("No such job.");

    public async Task<RunningJob?> Claim(string worker = "test")
    {
        var claim = await Store.Jobs.Claim(new ClaimRequest { Worker = worker, Max = 1, LeaseFor = Options.Lease }, CancellationToken.None);
        return claim.Jobs.Count == 0 ? null : new RunningJob(claim.Jobs[0], Clock);
    }

    /// <summary>Claims the next job, runs it and settles it; how it ended, null when nothing was claimable.</summary>
    public async Task<Ending?> Turn()
    {
        using var running = await Claim();
        return running is null || await Executor.Run(running) is not { } report ? null : await Settle(report);
    }

    /// <summary>How the attempt ends the job or goes on with it; null when its lease is gone.</summary>
    public async Task<Ending?> Settle(AttemptReport report)
    {
        var ending = Verdict.On(report.Claimed, report.Outcome);
        return await Store.Jobs.Settle(new Settlement(report.Claimed.Job.Id, report.Claimed.Lease, ending, report.Steps), CancellationToken.None) ? ending : null;
    }

    public async Task<IReadOnlyList<string>> ObjectKeysIn(string area)
    {
        var keys = new List<string>();
        await foreach (var found in Store.Objects.List(area, CancellationToken.None)) keys.Add(found.Key);
        return keys;
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        StaleWrites.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
