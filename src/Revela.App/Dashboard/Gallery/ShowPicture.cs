using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Dashboard.Develop;
using Revela.App.Recipes.Cutout;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Gallery;

/// <summary>GET /gallery/{id}: one picture, beside what it was made of, with its family and history.</summary>
public sealed class ShowPicture(IAssetStore assets, IJobStore jobs, IOperations operations, GalleryOrders orders)
{
    const int MostJobs = 20;

    public static Task<IResult> Handle(Guid id, HttpContext http, ShowPicture page, CancellationToken cancel) => page.Show(http.Tenant(), id, cancel);

    async Task<IResult> Show(string tenant, Guid id, CancellationToken cancel)
    {
        var asset = await assets.Get(tenant, id, cancel) ?? throw Refusals.NotFound("picture");
        var madeBy = asset.JobId is { } job ? await jobs.Get(tenant, job, cancel) : null;
        var contents = new PictureContents
        {
            Asset = asset,
            Before = asset.ParentId is { } parent ? await assets.Get(tenant, parent, cancel) : null,
            Family = await PictureFamily.Of(assets, asset, cancel),
            MadeBy = madeBy,
            Settings = madeBy is null ? [] : StepForm.Of(madeBy.Pipeline, operations),
            CutsOut = orders.CutsOut && madeBy?.Pipeline.Name != CutoutRecipe.PipelineName,
            History = (await jobs.List(new JobQuery { Tenant = tenant, AssetId = id, Limit = MostJobs }, cancel)).Items,
        };
        return Page.Of<PictureScreen, PictureContents>(contents, _ => contents.Name);
    }
}

public sealed record PictureContents
{
    public required Asset Asset { get; init; }

    /// <summary>What it was developed from; null for an original, or when that is gone.</summary>
    public required Asset? Before { get; init; }
    public required PictureFamily Family { get; init; }

    /// <summary>The job that published it; null for an original, or when the job's record is gone.</summary>
    public required Job? MadeBy { get; init; }

    /// <summary>Of the steps that made it.</summary>
    public required IReadOnlyList<StepFields> Settings { get; init; }

    /// <summary>The latest jobs on it, newest first.</summary>
    public required IReadOnlyList<Job> History { get; init; }

    /// <summary>Whether its background can be removed as the cutout recipe does it.</summary>
    public required bool CutsOut { get; init; }

    /// <summary>The latest job that removes its background; null when there is none.</summary>
    public Job? Cutout => History.FirstOrDefault(job => job.Pipeline.Name == CutoutRecipe.PipelineName);

    public string Name => Asset.FileName ?? Family.Asset.FileName ?? Asset.Id.ToString("D");
}
