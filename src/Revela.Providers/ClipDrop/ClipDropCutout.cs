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
    public override decimal UsdFor(Step step) => client.UsdPerCredit;
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.HasKey ? null : "clipdrop is not set up here: put its key into clipdrop.key (REVELA_CLIPDROP_KEY) or name a file with it in clipdrop.key_file.";
    public override SendLimits Takes { get; } = new(25_000_000, 30_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel) => client.RemoveBackground(call, cancel);

    public override Step Finish(Step step) => Finishes.Cutout(step);

    public override async Task<string> Check(CancellationToken cancel) => await client.Probe(cancel) switch
    {
        ServiceAnswer.Unfit => "its key is taken",
        ServiceAnswer.OutOfCredit empty => throw new InvalidOperationException(empty.Reason),
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };
}
