using Revela.App.Accounts;
using Revela.App.Api;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>POST /develop: a job for every picture in the form; and POST /develop/price: what they would take.</summary>
public sealed class TakeDevelop(PipelineCatalog pipelines, IOperations operations, Developing developing, Quotes quotes, Visits visits)
{
    public static Task<IResult> Handle(HttpContext http, TakeDevelop door, CancellationToken cancel) => door.Take(http, cancel);

    public static Task<IResult> Price(HttpContext http, TakeDevelop door, CancellationToken cancel) => door.TellPrice(http, cancel);

    async Task<IResult> Take(HttpContext http, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var ids = form["id"].Select(text => Guid.TryParse(text, out var id) ? id : throw Refusals.Invalid("'id' is not an id.")).Distinct().ToArray();
        return Answers.Go(http, await developing.Begin(http, ids, Pipeline(form), cancel), "develop.begun", $"{ids.Length}");
    }

    async Task<IResult> TellPrice(HttpContext http, CancellationToken cancel)
    {
        var quote = await quotes.Of(http.Access(), Pipeline(http.Request.Form), cancel);
        return TypedResults.Text(quote.Words(visits.Of(http), http.Request.Form["id"].Count));
    }

    // The settings may still be those of the pipeline that was chosen before.
    Pipeline Pipeline(IFormCollection form)
    {
        var pipeline = pipelines.Get(form["pipeline"].ToString());
        return form["settings"] == pipeline.Name ? StepForm.Read(pipeline, form, operations) : pipeline;
    }
}
