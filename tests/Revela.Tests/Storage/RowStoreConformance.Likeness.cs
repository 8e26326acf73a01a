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

    [SkippableFact]
    public async Task Assets_are_found_by_each_colour_that_they_have_much_of_newest_first()
    {
        var poppy = await AddPainted(Colours.Red | Colours.Green);
        var rose = await AddPainted(Colours.Red);
        var meadow = await AddPainted(Colours.Green | Colours.Black);
        await AddPainted(Colours.None);
        await AddPainted(Colours.Red, "other");
        await AddOriginal();

        (await Find(q => q with { Colour = Colours.Red })).ShouldBe([rose, poppy]);
        (await Find(q => q with { Colour = Colours.Green })).ShouldBe([meadow, poppy]);
        (await Find(q => q with { Colour = Colours.Black })).ShouldBe([meadow]);
        (await Find(q => q with { Colour = Colours.Orange })).ShouldBeEmpty();
        (await Find(q => q with { Colour = Colours.Red, Derived = true })).ShouldBeEmpty();
        var page = await Store.Assets.List(new AssetQuery { Tenant = Tenant, Colour = Colours.Red, Limit = 1 }, None);
        (await Find(q => q with { Colour = Colours.Red, Cursor = page.Next })).ShouldBe([poppy]);
        foreach (var colour in ColourWords.All.Select(name => ColourWords.Read(name)!.Value))
        {
            var painted = await AddPainted(colour);
            (await Find(q => q with { Colour = colour, Limit = 1 })).ShouldBe([painted]);
        }
    }

    [SkippableFact]
    public async Task How_pictures_of_the_same_bytes_look_is_noted_where_it_is_not_known()
    {
        var (known, seen) = (new Likeness(new PerceptualHash(7), Colours.Pink), new Likeness(new PerceptualHash(ulong.MaxValue), Colours.Blue | Colours.White));
        var (plain, again, other) = (await AddOriginal(), await AddOriginal(), await AddOriginal(likeness: known));
        var twin = plain with { Id = Ids.New(Time) };
        var theirs = plain with { Id = Ids.New(Time), Tenant = "other" };
        foreach (var asset in (Asset[])[twin, theirs]) (await Store.Assets.Add(asset, None)).ShouldBeTrue();

        await Store.Assets.NoteLikeness(Tenant, plain.Sha256, seen, None);
        await Store.Assets.NoteLikeness(Tenant, other.Sha256, seen, None);
        foreach (var asset in (Asset[])[plain, twin]) (await Store.Assets.Get(Tenant, asset.Id, None))!.Likeness.ShouldBe(seen);
        (await Store.Assets.Get("other", theirs.Id, None))!.Likeness.ShouldBeNull();
        (await Store.Assets.Get(Tenant, again.Id, None))!.Likeness.ShouldBeNull();
        (await Store.Assets.Get(Tenant, other.Id, None))!.Likeness.ShouldBe(known);
        (await Find(q => q with { Colour = Colours.White })).ShouldBe([twin.Id, plain.Id]);
    }

    async Task<Guid> AddPainted(Colours colours, string tenant = Tenant) => (await AddOriginal(tenant: tenant, likeness: new Likeness(new PerceptualHash(1), colours))).Id;

    async Task<Guid> AddSeen(ulong bits, string tenant = Tenant)
    {
        var asset = await AddOriginal(tenant: tenant, likeness: new Likeness(new PerceptualHash(bits), Colours.None));
        (await Store.Assets.Get(tenant, asset.Id, None))!.PerceptualHash.ShouldBe(new PerceptualHash(bits));
        return asset.Id;
    }

    async Task<(Guid, int)[]> Alike(Guid asset, int distance, int limit = 50) =>
        [.. (await Store.Assets.FindAlike((await Store.Assets.Get(Tenant, asset, None))!, distance, limit, None)).Select(found => (found.Asset.Id, found.Distance))];
}
