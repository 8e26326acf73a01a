using Revela.App.Api;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Develop;

/// <summary>GET /develop/sample and /develop/example: the sample photo, and what a pipeline makes of it.</summary>
public static class ShowExample
{
    public static IResult Before(HttpContext http, Examples examples)
    {
        var sample = examples.Before ?? throw Refusals.NotFound("sample");
        Picture.WriteHeaders(http.Response.Headers);
        return TypedResults.PhysicalFile(sample.Path, "image/png");
    }

    public static async Task<IResult> After(string pipeline, HttpContext http, Examples examples, PipelineCatalog pipelines, CancellationToken cancel)
    {
        if (examples.Before is null || pipelines.Find(pipeline) is not { } chosen) throw Refusals.NotFound("example");
        var file = await examples.Find(chosen, cancel) ?? throw Refusals.NotFound("example");
        Picture.WriteHeaders(http.Response.Headers);
        return TypedResults.PhysicalFile(Path.GetFullPath(file), Examples.ContentType);
    }
}
