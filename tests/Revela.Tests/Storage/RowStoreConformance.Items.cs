using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Items;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

// Items, as their application keeps them.
public abstract partial class RowStoreConformance
{
    [SkippableFact]
    public async Task Saving_an_item_again_keeps_its_id_and_replaces_the_rest()
    {
        var item = NewItem("7");
        (await Store.Items.Save(item, None)).ShouldBe(item);
        Time.Advance(TimeSpan.FromSeconds(1));
        var asset = await AddOriginal();
        var saved = await Store.Items.Save(NewItem("7") with { AssetId = asset.Id }, None);
        (saved.Id, saved.CreatedAt, saved.UpdatedAt, saved.AssetId).ShouldBe((item.Id, item.CreatedAt, Time.GetUtcNow(), asset.Id));
        (await Store.Items.Get(Tenant, "articles", "7", None)).ShouldBe(saved);
        (await Store.Items.Get("other", "articles", "7", None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Deleting_the_asset_of_an_item_leaves_the_item_without_a_picture()
    {
        var asset = await AddOriginal();
        await Store.Items.Save(NewItem("7") with { AssetId = asset.Id }, None);
        await Store.Assets.Delete(Tenant, asset.Id, None);
        (await Store.Items.Get(Tenant, "articles", "7", None))!.AssetId.ShouldBeNull();
    }

    [SkippableFact]
    public async Task Items_are_listed_by_collection_and_can_be_deleted()
    {
        for (var i = 0; i < 3; i++) await Store.Items.Save(NewItem($"{i}"), None);
        await Store.Items.Save(NewItem("x") with { Collection = "others" }, None);
        var page = await Store.Items.List(Tenant, "articles", null, null, 2, None);
        page.Items.Select(item => item.ExternalId).ShouldBe(["2", "1"]);
        (await Store.Items.List(Tenant, "articles", null, page.Next, 2, None)).Items.Select(item => item.ExternalId).ShouldBe(["0"]);
        (await Store.Items.Delete(Tenant, "articles", "1", None)).ShouldBeTrue();
        (await Store.Items.Delete(Tenant, "articles", "1", None)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task Items_that_have_not_changed_for_long_are_found_in_their_collection_unless_a_job_of_theirs_runs()
    {
        foreach (var id in (string[])["old", "changed", "busy"]) await Store.Items.Save(NewItem(id), None);
        await Store.Items.Save(NewItem("theirs") with { Tenant = "other" }, None);
        await Store.Items.Save(NewItem("old") with { Collection = "others" }, None);
        await Submit(Draft((await AddOriginal()).Id) with { ItemId = (await Store.Items.Get(Tenant, "articles", "busy", None))!.Id });
        Time.Advance(TimeSpan.FromDays(2));
        await Store.Items.Change(Tenant, "articles", "changed", new ItemChange(new JsonObject { ["name"] = "new" }), None);
        var since = Time.GetUtcNow().AddDays(-1);
        (await Store.Items.Unchanged("articles", since, 10, None)).Select(item => (item.Tenant, item.ExternalId)).ShouldBe([(Tenant, "old"), ("other", "theirs")]);
        (await Store.Items.Unchanged("articles", since, 1, None)).ShouldHaveSingleItem().ExternalId.ShouldBe("old");
        (await Store.Items.Unchanged("articles", since.AddDays(-2), 10, None)).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task An_item_whose_id_is_taken_is_not_added()
    {
        (await Store.Items.Add(NewItem("7"), None)).ShouldBeTrue();
        var taken = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Store.Items.Add(NewItem("8"), None)));
        taken.Count(added => added).ShouldBe(1);
        (await Store.Items.Add(NewItem("7") with { Tenant = "other" }, None)).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task A_change_leaves_alone_what_it_does_not_name_and_a_new_picture_takes_the_place_of_the_original()
    {
        var (first, second) = (await AddOriginal(), await AddOriginal());
        await Store.Items.Save(NewItem("7") with { Metadata = new() { ["name"] = "Plate" }, OriginalId = first.Id, AssetId = first.Id }, None);
        var changed = (await Store.Items.Change(Tenant, "articles", "7", new ItemChange(PictureId: second.Id), None))!;
        (changed.OriginalId, changed.AssetId, changed.Metadata!["name"]!.ToString()).ShouldBe((second.Id, second.Id, "Plate"));
        (await Store.Assets.Get(Tenant, first.Id, None)).ShouldBeNull("the item was the last to lead to it");

        var renamed = (await Store.Items.Change(Tenant, "articles", "7", new ItemChange(new() { ["name"] = "Cup" }), None))!;
        (renamed.OriginalId, renamed.Metadata!["name"]!.ToString()).ShouldBe((second.Id, "Cup"));
        (await Store.Items.Change(Tenant, "articles", "8", new ItemChange(), None)).ShouldBeNull();
        await Store.Items.Delete(Tenant, "articles", "7", None);
        (await Store.Assets.Get(Tenant, second.Id, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task What_is_known_of_an_item_is_changed_by_what_it_is_at_that_moment_and_its_labels_follow()
    {
        await Store.Items.Save(NewItem("7") with { Metadata = new() { ["name"] = "Plate" } }, None);
        Task<Item?> Add(int number) => Store.Items.Change(Tenant, "articles", "7", item =>
        {
            var labels = (JsonArray?)item.Data?["labels"]?.DeepClone() ?? [];
            labels.Add($"n:{number}");
            return new ItemChange(Data: new JsonObject { ["labels"] = labels });
        }, None);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(Add));
        var item = (await Store.Items.Get(Tenant, "articles", "7", None))!;
        item.Data!["labels"]!.AsArray().Count.ShouldBe(8, "none of the changes is lost");
        item.Metadata!["name"]!.ToString().ShouldBe("Plate");
        (await Store.Items.List(Tenant, "articles", "n:3", null, 2, None)).Items.Single().ExternalId.ShouldBe("7");

        (await Store.Items.Change(Tenant, "articles", "7", _ => new ItemChange(Data: []), None))!.Data.ShouldBeEmpty();
        (await Store.Items.List(Tenant, "articles", "n:3", null, 2, None)).Items.ShouldBeEmpty();
        (await Store.Items.Change(Tenant, "articles", "7", _ => null, None))!.UpdatedAt.ShouldBe((await Store.Items.Get(Tenant, "articles", "7", None))!.UpdatedAt);
        (await Store.Items.Change(Tenant, "articles", "8", _ => new ItemChange(), None)).ShouldBeNull();
    }

    Item NewItem(string id) => new()
    {
        Id = Ids.New(Time),
        Tenant = Tenant,
        Collection = "articles",
        ExternalId = id,
        CreatedAt = Time.GetUtcNow(),
        UpdatedAt = Time.GetUtcNow(),
    };
}
