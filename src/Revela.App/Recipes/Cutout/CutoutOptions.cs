namespace Revela.App.Recipes.Cutout;

/// <summary>Settings of the cutout recipe.</summary>
public sealed record CutoutOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;
}
