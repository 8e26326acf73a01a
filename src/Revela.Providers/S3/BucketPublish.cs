using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.S3;

/// <summary><c>publish</c> in a bucket: the name's extension is that of what the picture is.</summary>
public sealed class BucketPublish(BucketClient client) : OutsideEngine
{
    public override string Name => BucketClient.Engine;
    public override string Operation => "publish";
    public override bool IsPaid => false;
    public override bool SendsAsIs => true;
    public override string? Missing => client.Missing;
    public override SendLimits Takes { get; } = new(long.MaxValue, 5_000_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel)
    {
        var (name, mistake) = TargetName.Of(call);
        return mistake is null
            ? client.Put(call, name + ObjectKeys.Extension(call.ContentType), call.Step.Options["overwrite"]?.GetValue<bool>() ?? true, cancel)
            : Task.FromResult<ServiceAnswer>(new ServiceAnswer.Unfit(mistake));
    }

    // The bytes are what they were.
    public override Step Finish(Step step) => new("pause", new JsonObject { ["seconds"] = 0 });

    public override async Task<string> Check(CancellationToken cancel) => await client.Probe() switch
    {
        ServiceAnswer.Empty found => found.Reason,
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };
}
