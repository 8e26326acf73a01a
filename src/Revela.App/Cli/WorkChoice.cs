using System.CommandLine;
using System.Text.Json.Nodes;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;

namespace Revela.App.Cli;

/// <summary><c>-p</c>: a pipeline's name, or operations in short form, one after the other.</summary>
static class WorkChoice
{
    public static Option<string[]> Option() => new("--pipeline", "-p")
    {
        Description = "A pipeline's name, or an operation with its options such as resize:width=200,height=200 (repeat for more steps)",
        HelpName = "NAME|STEP",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>What was asked for as the API's fields: <c>pipeline</c>, or <c>steps</c> as JSON.</summary>
    /// <param name="known">Names of the server's pipelines. One that is called like an operation goes first.</param>
    public static KeyValuePair<string, string> AsField(IReadOnlyList<string> asked, IReadOnlySet<string> known, OperationCatalog operations)
    {
        if (IsPipeline(asked, known.Contains, operations)) return KeyValuePair.Create("pipeline", asked[0]);
        return KeyValuePair.Create("steps", new JsonArray([.. asked.Select(text => StepJson.Write(operations.Parse(text)))]).ToJsonString());
    }

    /// <summary>The pipeline itself, where no server is asked.</summary>
    public static Pipeline Find(IReadOnlyList<string> asked, PipelineCatalog pipelines, OperationCatalog operations)
    {
        if (IsPipeline(asked, name => pipelines.Find(name) is not null, operations)) return pipelines.Get(asked[0]);
        var mistakes = new List<string>();
        var draft = new Pipeline { Name = "inline", Steps = [.. asked.Select(operations.Parse)] };
        return PipelineRules.Check(draft, operations, mistakes) ?? throw new CliException(ExitCode.Usage, string.Join("; ", mistakes));
    }

    static bool IsPipeline(IReadOnlyList<string> asked, Func<string, bool> isKnown, OperationCatalog operations) =>
        asked is [var one] && PipelineRules.IsName(one) && (isKnown(one) || operations.Find(one) is null);
}
