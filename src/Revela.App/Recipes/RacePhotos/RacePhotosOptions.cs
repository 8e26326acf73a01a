namespace Revela.App.Recipes.RacePhotos;

/// <summary>Settings of the race photos recipe.</summary>
public sealed record RacePhotosOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Opens the gallery to runners without a login: they may read photos and search them by number, and nothing else.</summary>
    public bool Public { get; init; }
}
