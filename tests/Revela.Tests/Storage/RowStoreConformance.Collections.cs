using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    [SkippableFact]
    public async Task Assets_are_found_by_the_pipeline_that_made_them_and_by_the_collection_they_show()
    {
        var original = await AddOriginal("one.jpg");
        await Submit(Draft(original.Id));
        var claimed = await ClaimOne();
        var output = Output(claimed);
        await Complete(claimed, output);
        (await Find(q => q with { Pipeline = claimed.Job.Pipeline.Name })).ShouldBe([output.AssetId]);
        (await Find(q => q with { Pipeline = "none" })).ShouldBeEmpty();

        await Store.Items.Save(NewItem("7") with { AssetId = original.Id }, None);
        (await Find(q => q with { Collection = "articles" })).ShouldBe([original.Id]);
        (await Find(q => q with { Collection = "others" })).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Assets_are_found_by_a_label_of_their_item_the_state_of_their_job_and_a_text_in_metadata()
    {
        var (first, second) = (await AddOriginal("one.jpg"), await AddOriginal("two.jpg"));
        await Store.Items.Save(NewItem("7") with { AssetId = first.Id, Metadata = new() { ["name"] = "Blue % plate" } }, None);
        await Store.Items.Change(Tenant, "articles", "7", _ => new ItemChange(Data: new JsonObject { ["labels"] = new JsonArray("bib:145") }), None);
        (await Find(q => q with { Collection = "articles", Label = "bib:145" })).ShouldBe([first.Id]);
        (await Find(q => q with { Collection = "articles", Label = "bib:14" })).ShouldBeEmpty();
        (await Find(q => q with { Collection = "others", Label = "bib:145" })).ShouldBeEmpty();

        await Submit(Draft(second.Id) with { Metadata = new JsonObject { ["shelf"] = "Top row" } });
        (await Find(q => q with { State = JobState.Pending })).ShouldBe([second.Id]);
        var claimed = await ClaimOne();
        (await Find(q => q with { State = JobState.Processing })).ShouldBe([second.Id]);
        var output = Output(claimed);
        await Complete(claimed, output);
        (await Find(q => q with { State = JobState.Pending })).ShouldBeEmpty();
        (await Find(q => q with { State = JobState.Completed })).ShouldBe([second.Id]);

        (await Find(q => q with { Metadata = "top r" })).ShouldBe([output.AssetId, second.Id]);
        (await Find(q => q with { Metadata = "blue %" })).ShouldBe([first.Id]);
        (await Find(q => q with { Metadata = "%x" })).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Collections_are_named_once_and_only_for_their_tenant()
    {
        (await Store.Items.Collections(Tenant, 10, None)).ShouldBeEmpty();
        foreach (var name in (string[])["photos", "articles", "photos", "characters"])
            await Store.Items.Save(NewItem(Ids.New(Time).ToString()) with { Collection = name }, None);
        await Store.Items.Save(NewItem("1") with { Tenant = "other", Collection = "theirs" }, None);
        (await Store.Items.Collections(Tenant, 10, None)).ShouldBe(["articles", "characters", "photos"]);
        (await Store.Items.Collections(Tenant, 2, None)).ShouldBe(["articles", "characters"]);
    }
}
