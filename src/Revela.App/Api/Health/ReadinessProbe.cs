using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Events;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Health;

/// <summary>Whether work can be taken and done.</summary>
/// <param name="Status"><c>ok</c> or <c>failed</c>; each check is <c>ok</c>, <c>failed</c> or <c>off</c>.</param>
public sealed record Readiness(string Status, IReadOnlyDictionary<string, string> Checks);

/// <summary>Tries what the server depends on. One answer serves all who ask within a few seconds, since anyone may ask.</summary>
public sealed partial class ReadinessProbe(
    IEventStore events, IObjectStore objects, IStepRunner runner, RevelaOptions options, TimeProvider time, ILogger<ReadinessProbe> log) : IDisposable
{
    static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(5);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A grey PNG of 1 × 1.
    static readonly byte[] Pixel = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==");

    readonly SemaphoreSlim one = new(1, 1);
    (Readiness Found, long At)? last;

    public async Task<Readiness> Check(CancellationToken cancel)
    {
        await one.WaitAsync(cancel);
        try
        {
            if (last is { } known && time.GetElapsedTime(known.At) < RememberFor) return known.Found;
            var found = await CheckAll();
            last = (found, time.GetTimestamp());
            return found;
        }
        finally
        {
            one.Release();
        }
    }

    async Task<Readiness> CheckAll()
    {
        var checks = new Dictionary<string, string>
        {
            ["store"] = await Try("store", cancel => events.LastId(cancel)),
            ["objects"] = await Try("objects", objects.Prepare),
            ["libvips"] = options.Worker.Enabled ? await Try("libvips", Develop) : "off",
        };
        return new Readiness(checks.ContainsValue("failed") ? "failed" : "ok", checks);
    }

    async Task<string> Try(string what, Func<CancellationToken, Task> check)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            await check(limit.Token);
            return "ok";
        }
        catch (Exception e)
        {
            NotReady(log, e, what);
            return "failed";
        }
    }

    async Task Develop(CancellationToken cancel)
    {
        var input = Path.Combine(objects.Scratch, $"{Ids.New(time):N}.ready");
        await File.WriteAllBytesAsync(input, Pixel, cancel);
        try
        {
            // Another width than the input's keeps libvips in the game: a picture that is fine already may be copied.
            var steps = new[] { new Step("resize", new JsonObject { ["width"] = 2, ["height"] = 2, ["enlarge"] = true }) };
            var outcome = await runner.Run(new StepRun(steps, input, input + ".out", "image/png", 16, options.Limits, null), new Progress<StepProgress>(), cancel);
            if (outcome is not StepOutcome.Developed developed) throw new InvalidOperationException($"The self-test ended as {outcome}.");
            File.Delete(developed.Path);
        }
        finally
        {
            File.Delete(input);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Not ready: {What}")]
    static partial void NotReady(ILogger log, Exception e, string what);

    public void Dispose() => one.Dispose();
}
