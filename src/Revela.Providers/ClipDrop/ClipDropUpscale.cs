using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.ClipDrop;

/// <summary><c>upscale</c> by ClipDrop: takes at most 16 megapixels and 30 MB, and makes at most 4096 pixels a side.</summary>
public sealed class ClipDropUpscale(ClipDropClient client) : OutsideEngine
{
    const int LargestSide = 4096;

    public override string Name => ClipDropClient.Name;
    public override string Operation => "upscale";
    public override bool IsPaid => true;
    public override decimal UsdFor(Step step) => client.Price(Operation);
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.Missing;
    public override SendLimits Takes { get; } = new(16_000_000, 30_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel) => Math.Max(call.Width, call.Height) <= LargestSide
        ? client.Upscale(call, cancel)
        : Task.FromResult<ServiceAnswer>(new ServiceAnswer.Unable($"ClipDrop makes pictures of at most {LargestSide} pixels a side, and {call.Width} × {call.Height} are asked for."));

    // Whatever format it came in: the next step reads it without loss.
    public override Step Finish(Step step) => new("convert", new JsonObject { ["format"] = "png" });

    public override Task<string> Check(CancellationToken cancel) => client.Check(cancel);
}
