using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Providers.Prices;

namespace Revela.App.Api.Money;

/// <summary>POST /api/v1/estimates: what jobs would take, before anything is sent.</summary>
public static class EstimateCost
{
    const int MaxText = 255;
    const int MostImages = 10_000_000;

    [EndpointSummary("Estimate what jobs would cost")]
    [EndpointDescription("By the price table and the settings, for the first engine of each step that is set up. Work that was done before, or is done already, costs nothing.")]
    [Takes(typeof(EstimateBody), "application/json", """{"steps": [{"op": "restyle", "prompt": "A studio photo", "size": "1K"}], "images": 100}""")]
    [Refuses(400, 413, 415, 422)]
    public static async Task<Ok<EstimateView>> Handle(HttpContext http, PipelineChoice pipelines, Estimator estimator, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["pipeline", "steps", "images"]);
        var work = new JobRequest { Pipeline = fields.Text("pipeline", MaxText), Steps = JobRequest.ReadSteps(fields) };
        if (work.Pipeline is null == work.Steps is null) fields.Mistakes.Add("send either 'pipeline' or 'steps'");
        var images = fields.Take("images") is null ? 1 : fields.Number("images");
        if (images is < 1 or > MostImages) fields.Mistakes.Add($"'images' must be 1 to {MostImages}");
        fields.Refuse();
        return TypedResults.Ok(EstimateView.Of(estimator.Of(pipelines.Of(work)), images!.Value));
    }
}
