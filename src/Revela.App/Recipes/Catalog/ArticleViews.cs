using System.Text.Json.Serialization;

namespace Revela.App.Recipes.Catalog;

/// <summary>An article as the shop's clients read it.</summary>
/// <param name="ImagenUrl">Its current picture: signed; a plain image tag loads it.</param>
public sealed record ArticleView(
    long Id, string Nombre,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Descripcion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Unidad,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] int? CategoriaId, bool Activo,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? ImagenUrl);

public sealed record ArticleList(IReadOnlyList<ArticleView> Articulos);

public sealed record OneArticle(ArticleView Articulo);

/// <summary>An article to be kept; a change leaves as it is what it does not name.</summary>
public sealed record ArticleForm
{
    /// <summary>The shop's own number; the next free one when left out. Only for new articles.</summary>
    public long? Id { get; init; }
    public string? Nombre { get; init; }
    public string? Descripcion { get; init; }
    public string? Unidad { get; init; }
    public int? CategoriaId { get; init; }
    public bool? Activo { get; init; }

    /// <summary>Its photo.</summary>
    public IFormFile? Imagen { get; init; }
}

/// <summary>The same without a photo.</summary>
public sealed record ArticleBody
{
    public long? Id { get; init; }
    public string? Nombre { get; init; }
    public string? Descripcion { get; init; }
    public string? Unidad { get; init; }
    public int? CategoriaId { get; init; }
    public bool? Activo { get; init; }
}
