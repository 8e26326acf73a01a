using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.Views;
using Revela.Core.Pipelines;

namespace Revela.App.Api.Catalog;

/// <summary>GET /api/v1/operations.</summary>
public static class ListOperations
{
    [EndpointSummary("List operations")]
    [EndpointDescription("Each with the JSON schema of its options.")]
    public static Ok<OperationList> Handle(IOperations operations) =>
        TypedResults.Ok(new OperationList([.. operations.All.Select(OperationView.Of)]));
}
