using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.Rembg;

/// <summary><c>remove-background</c> by a rembg server: costs nothing but time, so that a call without an answer is made again.</summary>
public sealed class RembgCutout(RembgClient client) : OutsideEngine
{
    public override string Name => RembgClient.Name;
    public override string Operation => "remove-background";
    public override bool IsPaid => false;
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.HasAddress ? null : "rembg is not set up here: put the address of a rembg server into rembg.endpoint (REVELA_REMBG_ENDPOINT).";
    public override SendLimits Takes { get; } = new(50_000_000, 50_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel) => client.Remove(call, call.Step.Options["model"]?.GetValue<string>(), cancel);

    public override Step Finish(Step step) => Finishes.Cutout(step);

    public override async Task<string> Check(CancellationToken cancel) => await client.Probe(cancel) switch
    {
        ServiceAnswer.Empty => "it answers",
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };
}
