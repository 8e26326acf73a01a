using Revela.App.Accounts;
using Revela.Core.Assets;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>GET /develop: drop pictures, choose a pipeline, see the price, press the button.</summary>
public sealed class ShowDevelop(PipelineCatalog pipelines, IOperations operations, IAssetStore assets, Quotes quotes, Examples examples, RevelaOptions options)
{
    const string First = "cutout";
    const int MostGiven = 200;

    public static Task<IResult> Handle(HttpContext http, ShowDevelop page, CancellationToken cancel) => page.Show(http, cancel);

    async Task<IResult> Show(HttpContext http, CancellationToken cancel)
    {
        var chosen = pipelines.Find(http.Request.Query["pipeline"].ToString()) ?? pipelines.Find(First) ?? pipelines.All[0];
        var given = new List<Asset>();
        foreach (var text in http.Request.Query["asset"].Take(MostGiven))
            if (Guid.TryParse(text, out var id) && await assets.Get(http.Tenant(), id, cancel) is { } asset) given.Add(asset);
        return Page.Of<DevelopScreen, DevelopContents>(new DevelopContents
        {
            Pipelines = pipelines.All,
            Chosen = chosen,
            Settings = StepForm.Of(chosen, operations),
            Sample = examples.Before,
            Example = examples.Before is null ? null : examples.Of(chosen),
            Quote = await quotes.Of(http.Access(), chosen, cancel),
            Given = given,
            TakesUrls = options.UrlSources.IsOn,
            MaxBytes = options.Limits.MaxBytes,
        });
    }
}

public sealed record DevelopContents
{
    public required IReadOnlyList<Pipeline> Pipelines { get; init; }
    public required Pipeline Chosen { get; init; }

    /// <summary>Of the chosen pipeline's steps.</summary>
    public required IReadOnlyList<StepFields> Settings { get; init; }

    /// <summary>What examples begin with; null where there are none.</summary>
    public required SamplePhoto? Sample { get; init; }

    /// <summary>Of the chosen pipeline.</summary>
    public required Example? Example { get; init; }

    /// <summary>With the pipeline's own settings.</summary>
    public required Quote Quote { get; init; }

    /// <summary>Pictures that are there already.</summary>
    public required IReadOnlyList<Asset> Given { get; init; }
    public required bool TakesUrls { get; init; }
    public required long MaxBytes { get; init; }
}
