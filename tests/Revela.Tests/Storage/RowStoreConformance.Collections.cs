using Revela.Core;
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
