using System.Text.Json.Nodes;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Analyze;

/// <summary>The analyze recipe: an inference API that never blocks. Grey pictures, with a simulated load where one is wanted.</summary>
public static class AnalyzeRecipe
{
    public const string PipelineName = "analyze";

    /// <summary>The catalogue in which the recipe's pipeline bears the configured load.</summary>
    /// <exception cref="OptionsException">The load is no valid option of <c>pause</c>.</exception>
    public static PipelineCatalog Extend(PipelineCatalog catalog, IOperations operations, AnalyzeOptions options)
    {
        if (!options.Enabled || options.LoadSeconds <= 0) return catalog;
        var plain = catalog.Get(PipelineName);
        var load = new Step("pause", new JsonObject { ["seconds"] = options.LoadSeconds });
        var mistakes = new List<string>();
        var loaded = PipelineRules.Check(plain with { Steps = [.. plain.Steps, load] }, operations, mistakes) ?? throw new OptionsException(mistakes);
        return new PipelineCatalog([.. catalog.All, loaded]);
    }
}
