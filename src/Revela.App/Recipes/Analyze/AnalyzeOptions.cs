namespace Revela.App.Recipes.Analyze;

/// <summary>Settings of the analyze recipe.</summary>
public sealed record AnalyzeOptions
{
    /// <summary>Whether its routes exist.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Simulated load of each task, in seconds.</summary>
    public double LoadSeconds { get; init; }

    public IEnumerable<string> Mistakes()
    {
        if (LoadSeconds is not (>= 0 and <= 60)) yield return "analyze.load_seconds must be between 0 and 60.";
    }
}
