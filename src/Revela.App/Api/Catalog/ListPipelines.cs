using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.Views;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Catalog;

/// <summary>GET /api/v1/pipelines.</summary>
public static class ListPipelines
{
    [EndpointSummary("List pipelines")]
    public static Ok<PipelineList> Handle(PipelineCatalog catalog) =>
        TypedResults.Ok(new PipelineList([.. catalog.All.Select(PipelineView.Of)]));
}
