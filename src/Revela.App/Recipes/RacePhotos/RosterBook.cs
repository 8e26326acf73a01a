using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Items;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>The roster of each tenant, and the pipeline that reads numbers with it; other servers follow a change within seconds.</summary>
public sealed class RosterBook(IItemStore items, PipelineCatalog catalog, IOperations operations, TimeProvider time)
{
    const string Collection = "rosters";
    const string Field = "runners";

    readonly BriefMemory<Roster> known = new(time);

    public async ValueTask<Roster> Of(string tenant, CancellationToken cancel) =>
        await known.Ask(tenant, async asked => RosterOf(await items.Get(asked, Collection, RacePhotosRecipe.PipelineName, CancellationToken.None)), cancel);

    /// <param name="names">By number.</param>
    /// <exception cref="RevelaException"><c>invalid-request</c>: it cannot be told to <c>read-bibs</c>.</exception>
    public async Task Put(string tenant, IReadOnlyDictionary<string, string> names, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var item = new Item
        {
            Id = Ids.New(time),
            Tenant = tenant,
            Collection = Collection,
            ExternalId = RacePhotosRecipe.PipelineName,
            Metadata = new JsonObject { [Field] = new JsonObject(names.Select(runner => KeyValuePair.Create<string, JsonNode?>(runner.Key, runner.Value))) },
            CreatedAt = now,
            UpdatedAt = now,
        };
        RosterOf(item);
        await items.Save(item, cancel);
        known.Forget(tenant);
    }

    public async Task Delete(string tenant, CancellationToken cancel)
    {
        await items.Delete(tenant, Collection, RacePhotosRecipe.PipelineName, cancel);
        known.Forget(tenant);
    }

    Roster RosterOf(Item? item)
    {
        var runners = item?.Metadata?[Field] as JsonObject ?? [];
        var names = runners.ToFrozenDictionary(runner => runner.Key, runner => runner.Value?.ToString() ?? "");
        return new Roster(names, PipelineOf(RosterFile.Ranges(names.Keys)));
    }

    Pipeline PipelineOf(IReadOnlyList<string> roster)
    {
        var plain = catalog.Get(RacePhotosRecipe.PipelineName);
        if (roster.Count == 0) return plain;
        var mistakes = new List<string>();
        var told = plain with { Steps = [.. plain.Steps.Select(step => step.Op == "read-bibs" ? With(step, roster) : step)] };
        return PipelineRules.Check(told, operations, mistakes) ?? throw new RevelaException(ErrorCodes.InvalidRequest, $"The roster cannot be used: {string.Join("; ", mistakes)}.");
    }

    static Step With(Step step, IReadOnlyList<string> roster)
    {
        var options = (JsonObject)step.Options.DeepClone();
        options["roster"] = new JsonArray([.. roster.Select(entry => JsonValue.Create(entry))]);
        return step with { Options = options };
    }
}

/// <param name="Names">By number; empty without a roster.</param>
/// <param name="Pipeline">Reads the numbers of a photo; with a roster none that is not on it.</param>
public sealed record Roster(FrozenDictionary<string, string> Names, Pipeline Pipeline);
