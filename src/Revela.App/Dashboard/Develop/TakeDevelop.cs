using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core.Pipelines;
using Revela.Providers.Prices;

namespace Revela.App.Dashboard.Develop;

/// <summary>POST /develop: a job for every picture in the form; and POST /develop/price: what they would take.</summary>
public sealed class TakeDevelop(PipelineCatalog pipelines, IOperations operations, Developing developing, Estimator estimator, Visits visits)
{
    public static Task<IResult> Handle(HttpContext http, TakeDevelop door, CancellationToken cancel) => door.Take(http, cancel);

    public static IResult Price(HttpContext http, TakeDevelop door) => door.TellPrice(http);

    async Task<IResult> Take(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var ids = form["id"].Select(text => Guid.TryParse(text, out var id) ? id : throw Refusals.Invalid("'id' is not an id.")).Distinct().ToArray();
        return Answers.Go(http, await developing.Begin(http, ids, Pipeline(form), cancel), "develop.begun", $"{ids.Length}");
    }

    IResult TellPrice(HttpContext http)
    {
        var usd = estimator.Of(Pipeline(http.Request.Form)).Sum(step => step.Usd);
        return TypedResults.Text(PriceWords.Of(visits.Of(http), usd, http.Request.Form["id"].Count));
    }

    // The settings may still be those of the pipeline that was chosen before.
    Pipeline Pipeline(IFormCollection form)
    {
        var pipeline = pipelines.Get(form["pipeline"].ToString());
        return form["settings"] == pipeline.Name ? StepForm.Read(pipeline, form, operations) : pipeline;
    }
}

/// <summary>What pictures would cost, in words.</summary>
static class PriceWords
{
    public static string Of(Visit visit, decimal usdEach, int pictures) =>
        usdEach == 0 ? visit.Say("develop.free") : pictures == 0 ? visit.Say("develop.price-each", ("usd", visit.Figures.Usd(usdEach)))
            : visit.Say("develop.price", ("usd", visit.Figures.Usd(usdEach * pictures)), ("each", visit.Figures.Usd(usdEach)), ("count", visit.Figures.Count(pictures)));
}
