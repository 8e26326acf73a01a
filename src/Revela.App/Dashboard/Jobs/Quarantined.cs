using Revela.App.Accounts;
using Revela.App.Api.Upkeep;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>GET /jobs/quarantine: inputs that are refused since they have ended the decoder; and their release.</summary>
public static class Quarantined
{
    public const string Path = "/jobs/quarantine";

    public static async Task<IResult> Show(HttpContext http, IJobStore jobs, IAssetStore assets, CancellationToken cancel)
    {
        var inputs = await jobs.ListQuarantine(http.Tenant(), ListQuarantine.Most, cancel);
        var lines = await Task.WhenAll(inputs.Select(async input => new QuarantinedLine(input, input.AssetId is { } id ? await assets.Get(http.Tenant(), id, cancel) : null)));
        return Page.Of<QuarantineScreen, QuarantineContents>(new QuarantineContents(lines), visit => visit.Say("quarantine.title"));
    }

    public static async Task<IResult> Release(string sha256, HttpContext http, IJobStore jobs, CancellationToken cancel)
    {
        await ReleaseQuarantine.Handle(sha256, http, jobs, cancel);
        return Answers.Go(http, Path, "quarantine.released");
    }
}

public sealed record QuarantineContents(IReadOnlyList<QuarantinedLine> Inputs);

/// <param name="Asset">A picture of these bytes; null when none is kept any more.</param>
public sealed record QuarantinedLine(QuarantinedInput Input, Asset? Asset)
{
    public string Name => Asset?.FileName ?? Input.Sha256[..Math.Min(12, Input.Sha256.Length)];
}
