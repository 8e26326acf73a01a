namespace Revela.App.Recipes.Catalog;

/// <summary>Settings of the catalogue recipe.</summary>
public sealed record CatalogOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;
}
