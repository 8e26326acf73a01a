using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Api;

/// <summary>Finds the pipeline that a request names, or makes one of its steps.</summary>
public sealed class PipelineChoice(PipelineCatalog catalog, IOperations operations)
{
    const string InlineName = "inline";

    /// <exception cref="RevelaException"><c>unknown-pipeline</c>, <c>unknown-operation</c>, <c>invalid-options</c>.</exception>
    public Pipeline Of(JobRequest request) => request.Pipeline is { } name ? catalog.Get(name) : Checked(request.Steps!);

    Pipeline Checked(IReadOnlyList<Step> steps)
    {
        var mistakes = new List<string>();
        if (PipelineRules.Check(new Pipeline { Name = InlineName, Steps = steps }, operations, mistakes) is { } pipeline) return pipeline;
        var code = steps.Any(step => operations.Find(step.Op) is null) ? ErrorCodes.UnknownOperation : ErrorCodes.InvalidOptions;
        throw new RevelaException(code, string.Join("; ", mistakes) + ".");
    }
}
