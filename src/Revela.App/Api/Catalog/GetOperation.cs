using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Catalog;

/// <summary>GET /api/v1/operations/{name}.</summary>
public static class GetOperation
{
    [EndpointSummary("Read an operation and the schema of its options")]
    [Refuses(404)]
    public static Ok<OperationView> Handle(string name, IOperations operations) =>
        TypedResults.Ok(OperationView.Of(operations.Find(name) ?? throw Refusals.NotFound("operation")));
}
