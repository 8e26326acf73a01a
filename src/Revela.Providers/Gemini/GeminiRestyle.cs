using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.Gemini;

/// <summary><c>restyle</c> by Gemini: at most 7 MB inline; a fraction of a dollar a picture, by its size.</summary>
public sealed class GeminiRestyle(GeminiClient client) : OutsideEngine
{
    public override string Name => GeminiClient.Name;
    public override string Operation => "restyle";
    public override bool IsPaid => true;
    public override decimal UsdFor(Step step) => client.Price(SizeOf(step));
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.HasKey ? null : "gemini is not set up here: put its key into gemini.key (REVELA_GEMINI_KEY) or name a file with it in gemini.key_file.";
    public override SendLimits Takes { get; } = new(6_000_000, 7_000_000);

    public override async Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel)
    {
        var size = SizeOf(call.Step);
        if (GeminiPrices.Sizes(client.Model) is { } sizes && !sizes.Contains(size))
            return new ServiceAnswer.Unable($"{client.Model} makes pictures of {string.Join(", ", sizes)} only.");
        var (prompt, unknown) = Prompt.Fill(call.Step.Options["prompt"]!.GetValue<string>(), call.JobMetadata);
        if (unknown is not null) return new ServiceAnswer.Unfit($"The prompt speaks of {{{unknown}}}, and the job's metadata has no such field.");
        return await client.Paint(call, prompt, call.Step.Options["aspect_ratio"]?.GetValue<string>(), size, cancel);
    }

    static string SizeOf(Step step) => step.Options["size"]?.GetValue<string>() ?? "1K";

    // Whatever format it came in: the next step reads it without loss.
    public override Step Finish(Step step) => new("convert", new JsonObject { ["format"] = "png" });

    public override async Task<string> Check(CancellationToken cancel) => await client.Probe(cancel) switch
    {
        ServiceAnswer.Empty found => found.Reason,
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };
}
