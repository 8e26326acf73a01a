using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Catalog;

/// <summary>GET /api/v1/pipelines/{name}.</summary>
public static class GetPipeline
{
    [EndpointSummary("Read a pipeline")]
    [Refuses(404)]
    public static Ok<PipelineView> Handle(string name, PipelineCatalog catalog) =>
        TypedResults.Ok(PipelineView.Of(catalog.Find(name) ?? throw Refusals.NotFound("pipeline")));
}
