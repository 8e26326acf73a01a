namespace Revela.App.Recipes.Rembg;

/// <summary>Settings of the routes that stand in for rembg's own server.</summary>
public sealed record RembgServerOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>How long a request waits for its cutout. Its job goes on, and the same request asked again gets the result.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long pictures and results are kept once they have been answered.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromHours(1);

    public IEnumerable<string> Mistakes()
    {
        if (Wait < TimeSpan.FromSeconds(1) || Wait > TimeSpan.FromMinutes(10)) yield return "rembg_server.wait must be between 1 second and 10 minutes.";
        if (KeepFor < TimeSpan.FromMinutes(1)) yield return "rembg_server.keep_for must be at least 1 minute.";
    }
}
