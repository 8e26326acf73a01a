using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Api.OpenApi;

/// <summary>Completes the OpenAPI document with what handlers note about themselves: bodies, bytes, headers, refusals and locks.</summary>
public static class ApiDocument
{
    public const string Name = "v1";
    const string KeyScheme = "key";

    public static void Configure(OpenApiOptions options)
    {
        options.AddDocumentTransformer(Introduce);
        options.AddOperationTransformer(Complete);
    }

    static Task Introduce(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancel)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Revela",
            Version = typeof(ApiDocument).Assembly.GetName().Version?.ToString(3) ?? "0",
            Description = "Durable background development of images: send images, get an answer at once, follow their jobs, load the results.",
        };
        document.Servers?.Clear();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[KeyScheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A key with the scope that the route names. `admin` includes all others.",
        };
        return Task.CompletedTask;
    }

    static async Task Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var notes = context.Description.ActionDescriptor.EndpointMetadata;
        foreach (var takes in notes.OfType<TakesAttribute>()) await AddBody(operation, takes, context, cancel);
        foreach (var header in notes.OfType<ReadsHeaderAttribute>()) AddHeader(operation, header);
        if (notes.OfType<GivesAttribute>().FirstOrDefault() is { } gives) AddBytes(operation, gives);
        if (notes.OfType<Door>().FirstOrDefault() is { } door) await AddLock(operation, door, context, cancel);
        foreach (var status in notes.OfType<RefusesAttribute>().SelectMany(refuses => refuses.Statuses)) await AddRefusal(operation, status, context, cancel);
        NameOperation(operation, context);
    }

    // Which verb and noun it is: the handler's own class.
    static void NameOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var method = context.Description.ActionDescriptor.EndpointMetadata.OfType<System.Reflection.MethodInfo>().FirstOrDefault();
        if (method?.DeclaringType is not { } handler) return;
        var suffix = context.Description.HttpMethod == HttpMethods.Head ? "Head" : "";
        operation.OperationId = char.ToLowerInvariant(handler.Name[0]) + handler.Name[1..] + suffix;
    }

    static async Task AddBody(OpenApiOperation operation, TakesAttribute takes, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        var body = operation.RequestBody as OpenApiRequestBody ?? new OpenApiRequestBody { Required = true };
        body.Content ??= new Dictionary<string, OpenApiMediaType>();
        body.Content[takes.ContentType] = new OpenApiMediaType
        {
            Schema = await context.GetOrCreateSchemaAsync(takes.Shape, null, cancel),
            Example = takes.Example is null ? null : JsonNode.Parse(takes.Example),
        };
        operation.RequestBody = body;
    }

    static void AddHeader(OpenApiOperation operation, ReadsHeaderAttribute header)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = header.Name,
            In = ParameterLocation.Header,
            Description = header.Description,
            Schema = new OpenApiSchema { Type = JsonSchemaType.String },
        });
    }

    static void AddBytes(OpenApiOperation operation, GivesAttribute gives)
    {
        var isText = gives.ContentTypes.All(type => type.StartsWith("text/", StringComparison.Ordinal));
        var schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = isText ? null : "binary" };
        operation.Responses ??= [];
        operation.Responses["200"] = new OpenApiResponse
        {
            Description = isText ? "The stream." : "The bytes.",
            Content = gives.ContentTypes.ToDictionary(type => type, _ => new OpenApiMediaType { Schema = schema }),
        };
    }

    static async Task AddLock(OpenApiOperation operation, Door door, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        operation.Security = [];
        if (door.Entry == Entry.Anyone) return;
        if (door.Entry == Entry.KeyOrVisitor) operation.Security.Add([]);
        operation.Security.Add(new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(KeyScheme, context.Document)] = [] });
        var scope = ScopeNames.Name(door.Scope);
        var link = door.Entry == Entry.KeyOrLink ? ", or a signed link" : "";
        operation.Description = $"{operation.Description} Needs a key with scope `{scope}`{link}.".TrimStart();
        foreach (var status in new[] { 401, 403, 500 }) await AddRefusal(operation, status, context, cancel);
    }

    static async Task AddRefusal(OpenApiOperation operation, int status, OpenApiOperationTransformerContext context, CancellationToken cancel)
    {
        operation.Responses ??= [];
        var schema = await context.GetOrCreateSchemaAsync(typeof(Problem), null, cancel);
        operation.Responses[status.ToString(CultureInfo.InvariantCulture)] = new OpenApiResponse
        {
            Description = ReasonPhrases.GetReasonPhrase(status),
            Content = new Dictionary<string, OpenApiMediaType> { [Problems.ContentType] = new() { Schema = schema } },
        };
    }
}
