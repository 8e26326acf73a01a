namespace Revela.App.Api.OpenApi;

/// <summary>Notes on a handler that the OpenAPI document is made from: what it refuses and what it takes as its body.</summary>
/// <param name="statuses">Besides 401, 403 and 500, which are said of every locked route.</param>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RefusesAttribute(params int[] statuses) : Attribute
{
    public IReadOnlyList<int> Statuses { get; } = statuses;
}

/// <summary>The body, read by the handler itself, has this shape.</summary>
/// <param name="example">JSON of an example for the first content type.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class TakesAttribute(Type shape, string contentType, string? example = null) : Attribute
{
    public Type Shape { get; } = shape;
    public string ContentType { get; } = contentType;
    public string? Example { get; } = example;
}

/// <summary>Answers with bytes of these types instead of JSON.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GivesAttribute(params string[] contentTypes) : Attribute
{
    public IReadOnlyList<string> ContentTypes { get; } = contentTypes;
}

/// <summary>A request header that the handler reads.</summary>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class ReadsHeaderAttribute(string name, string description) : Attribute
{
    public string Name { get; } = name;
    public string Description { get; } = description;
}
