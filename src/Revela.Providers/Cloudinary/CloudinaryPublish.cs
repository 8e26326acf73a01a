using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers.Cloudinary;

/// <summary><c>publish</c> on Cloudinary: at most 100 MB. A repeat puts the same picture under the same name.</summary>
public sealed class CloudinaryPublish(CloudinaryClient client) : OutsideEngine
{
    // Nothing is ever published under it.
    const string Nothing = "revela-doctor-nothing";

    public override string Name => CloudinaryClient.Name;
    public override string Operation => "publish";
    public override bool IsPaid => false;
    public override bool SendsAsIs => true;
    public override CallLimits Limits => client.Limits;
    public override string? Missing => client.Missing;
    public override SendLimits Takes { get; } = new(long.MaxValue, 100_000_000);

    public override Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel)
    {
        var (name, mistake) = TargetName.Of(call);
        return mistake is null
            ? client.Upload(call, name, call.Step.Options["overwrite"]?.GetValue<bool>() ?? true, cancel)
            : Task.FromResult<ServiceAnswer>(new ServiceAnswer.Unfit(mistake));
    }

    // The bytes are what they were.
    public override Step Finish(Step step) => new("pause", new JsonObject { ["seconds"] = 0 });

    public override async Task<string> Check(CancellationToken cancel) => await client.Destroy(Nothing, cancel) switch
    {
        ServiceAnswer.Empty => "its key and secret are taken",
        var other => throw new InvalidOperationException(Finishes.Words(other)),
    };
}
