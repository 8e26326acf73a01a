using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Core.Queues;
using Revela.Storage;

namespace Revela.Bench;

/// <summary>A store as it looks after months: pictures and jobs in every state, put there through its ports as everything else is.</summary>
static class Crowd
{
    public const int Originals = 25_000, Jobs = 100_000;

    /// <summary>Of the completed jobs, so many have published a picture: with the originals, 50,000.</summary>
    const int Outputs = 25_000;
    const int Waiting = 12_000, Parked = 1_000, AtOnce = 1_000;

    /// <summary>One original in so many is purple, all others are blue.</summary>
    const int Rare = 2_500;
    const string Tenant = "default", Night = "night";

    static readonly string[] Names = ["web", "cutout", "thumbnail", "inspect"];

    public static async Task Fill(IStore store)
    {
        var key = await Picture(store);
        var assets = new List<Guid>(Originals);
        foreach (var chunk in Enumerable.Range(0, Originals).Chunk(AtOnce)) assets.AddRange(await Task.WhenAll(chunk.Select(i => Add(store, key, i))));
        await store.Queues.Save(new Queue { Name = Queue.Default, Concurrency = Jobs }, default);
        await store.Queues.Save(new Queue { Name = Night, Paused = true }, default);
        foreach (var chunk in Enumerable.Range(0, Jobs - Waiting - Parked).Chunk(AtOnce))
        {
            await Submit(store, chunk, i => Draft(i, assets));
            await End(store, key);
        }
        foreach (var chunk in Enumerable.Range(0, Parked).Chunk(AtOnce))
            await Submit(store, chunk, i => Draft(i, assets) with { Parked = new Parked(i == 0 ? ParkCodes.PossiblyPaid : ParkCodes.Budget, "The budget has not enough left.") });
        foreach (var chunk in Enumerable.Range(0, Waiting).Chunk(AtOnce)) await Submit(store, chunk, i => Draft(i, assets) with { Queue = Night });
    }

    static async Task<string> Picture(IStore store)
    {
        var id = Ids.New(TimeProvider.System);
        var key = ObjectKeys.Original(id, "image/jpeg");
        var path = Path.Combine(store.Objects.Scratch, $"{id:N}");
        await File.WriteAllBytesAsync(path, Photos.Small(320, 240, 1));
        await store.Objects.Put(key, path, "image/jpeg", default);
        return key;
    }

    static async Task<Guid> Add(IStore store, string key, int number)
    {
        var id = Ids.New(TimeProvider.System);
        await store.Assets.Add(
            new Asset
            {
                Id = id,
                Tenant = Tenant,
                ObjectKey = key,
                ContentType = "image/jpeg",
                Bytes = 20_000,
                Sha256 = $"{id:N}",
                Width = 320,
                Height = 240,
                FileName = $"photo-{number:00000}.jpg",
                PerceptualHash = new PerceptualHash((ulong)number),
                Colours = number % Rare == 0 ? Colours.Purple : Colours.Blue,
                CreatedAt = TimeProvider.System.GetUtcNow(),
            },
            default);
        return id;
    }

    static NewJob Draft(int number, List<Guid> assets)
    {
        var name = Names[number % Names.Length];
        return new NewJob
        {
            Id = Ids.New(TimeProvider.System),
            Tenant = Tenant,
            Queue = Queue.Default,
            Pipeline = new Pipeline { Name = name, Steps = [new Step("strip", [])] },
            AssetId = assets[number % assets.Count],
            Metadata = new() { ["article"] = $"{number}", ["shelf"] = $"row {number % 40}" },
            Tags = [$"shoot-{number % 100}"],
        };
    }

    static Task Submit(IStore store, IEnumerable<int> numbers, Func<int, NewJob> draft) => store.Jobs.Submit(new NewSubmission { Jobs = [.. numbers.Select(draft)] }, default);

    static int ended;

    static async Task End(IStore store, string key)
    {
        var request = new ClaimRequest { Worker = "bench", Max = AtOnce, Slots = Jobs, LeaseFor = TimeSpan.FromSeconds(30) };
        var claim = await store.Jobs.Claim(request, default);
        await Task.WhenAll(claim.Jobs.Select(job => store.Jobs.Settle(new Settlement(job.Job.Id, job.Lease, Ending(key), Steps()), default)));
    }

    static Ending Ending(string key)
    {
        var number = Interlocked.Increment(ref ended);
        if (number % 20 == 0) return new Ending.Failed(new JobError(ErrorCodes.BrokenImage, $"The file ends after {number} bytes.", false));
        if (number > Outputs) return new Ending.Completed([], null);
        return new Ending.Completed([new NewOutput(Ids.New(TimeProvider.System), null, 0, new StoredImage(key, "image/jpeg", 20_000, $"{number:x}", 320, 240, 1))], null);
    }

    static IReadOnlyList<StepRecord> Steps()
    {
        var now = TimeProvider.System.GetUtcNow();
        return [new StepRecord("strip", "vips", "completed", now.AddMilliseconds(-40), now)];
    }
}
