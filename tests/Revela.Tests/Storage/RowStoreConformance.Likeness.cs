using Revela.Core;
using Revela.Core.Assets;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    [SkippableFact]
    public async Task Assets_that_look_alike_are_found_nearest_first_and_then_newest()
    {
        const ulong bits = 0x8000_7fff_0123_4567;
        var one = await AddSeen(bits);
        var far = await AddSeen(bits ^ 0x0101_0101_0101_0100);
        var near = await AddSeen(bits ^ 0x8000_0000_0000_0001);
        var same = await AddSeen(bits);
        await AddSeen(~bits);
        await AddSeen(bits, "other");
        await AddOriginal();

        (await Alike(one, 8)).ShouldBe([(same, 0), (near, 2), (far, 7)]);
        (await Alike(one, 6)).ShouldBe([(same, 0), (near, 2)]);
        (await Alike(one, 0)).ShouldBe([(same, 0)]);
        (await Alike(one, 11, limit: 1)).ShouldBe([(same, 0)]);
        (await Alike(near, 2, limit: 2)).ShouldBe([(same, 2), (one, 2)]);
        (await Store.Assets.Delete(Tenant, same, None)).ShouldBeTrue();
        (await Alike(one, 0)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Nothing_within_the_distance_is_missed_wherever_the_bits_differ()
    {
        var random = new Random(11);
        var one = await AddSeen((ulong)random.NextInt64() << 1 | 1);
        var bits = (await Store.Assets.Get(Tenant, one, None))!.PerceptualHash!.Value.Bits;
        var distances = new Dictionary<Guid, int>();
        for (var i = 0; i < 60; i++)
        {
            var other = bits;
            foreach (var bit in Enumerable.Range(0, 64).OrderBy(_ => random.Next()).Take(i % 15)) other ^= 1UL << bit;
            distances[await AddSeen(other)] = i % 15;
        }
        for (var distance = 0; distance <= PerceptualHash.FarthestAlike; distance++)
            (await Alike(one, distance, limit: 100)).ShouldBe(distances.Where(pair => pair.Value <= distance).Select(pair => (pair.Key, pair.Value)), ignoreOrder: true);
    }

    async Task<Guid> AddSeen(ulong bits, string tenant = Tenant)
    {
        var asset = await AddOriginal(tenant: tenant, likeness: new PerceptualHash(bits));
        (await Store.Assets.Get(tenant, asset.Id, None))!.PerceptualHash.ShouldBe(new PerceptualHash(bits));
        return asset.Id;
    }

    async Task<(Guid, int)[]> Alike(Guid asset, int distance, int limit = 50) =>
        [.. (await Store.Assets.FindAlike((await Store.Assets.Get(Tenant, asset, None))!, distance, limit, None)).Select(found => (found.Asset.Id, found.Distance))];
}
