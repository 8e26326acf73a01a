using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.ClipDrop;

/// <summary><c>remove-background</c> by ClipDrop: at most 25 megapixels and 30 MB, one credit a picture.</summary>
public sealed class ClipDropCutout(ClipDropClient client) : OutsideEngine
{
    public override string Name => ClipDropClient.Name;
    public override string Operation => "remove-background";
    public override bool IsPaid => true;
    public override decimal UsdFor(Step step) => client.Price(Operation);
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.Missing;
    public override SendLimits Takes { get; } = new(25_000_000, 30_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel) => client.RemoveBackground(call, cancel);

    public override Step Finish(Step step) => Finishes.Cutout(step);

    public override Task<string> Check(CancellationToken cancel) => client.Check(cancel);
}
