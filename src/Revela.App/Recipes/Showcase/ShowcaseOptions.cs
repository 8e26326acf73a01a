namespace Revela.App.Recipes.Showcase;

/// <summary>Settings of the showcase recipe.</summary>
public sealed record ShowcaseOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Lets anybody load finished showcase pictures by their plain address; otherwise their links are signed and expire.</summary>
    public bool Public { get; init; }
}
