using System.Text.Json.Nodes;
using Revela.Core.Pipelines;

namespace Revela.Providers.Fitting;

/// <summary>What engines of the same operation have in common.</summary>
static class Finishes
{
    /// <summary>The cutout's own transparency is the mask; whatever else the step asks for is done with it here.</summary>
    public static Step Cutout(Step step)
    {
        var options = (JsonObject)step.Options.DeepClone();
        options.Remove("model");
        return step with { Engine = "given", Options = options, From = null, As = null };
    }

    /// <summary>For people who look for what is wrong.</summary>
    public static string Words(ServiceAnswer answer) => answer switch
    {
        ServiceAnswer.Misconfigured wrong => $"{wrong.Setting}: {wrong.Reason}",
        ServiceAnswer.Away away => away.Reason,
        ServiceAnswer.Unanswered cut => cut.Reason,
        ServiceAnswer.Broken broken => broken.Reason,
        ServiceAnswer.Unfit unfit => unfit.Reason,
        ServiceAnswer.RateLimited => "it takes no more calls for now",
        _ => $"it answered in a way that makes no sense here ({answer.GetType().Name})",
    };
}
