namespace Revela.Providers.Gemini;

/// <summary>What Google asks for, in US dollars, as published in November 2026.</summary>
static class GeminiPrices
{
    /// <summary>Of a picture, by model and size.</summary>
    static readonly Dictionary<(string Model, string Size), decimal> PerImage = new()
    {
        [("gemini-3.1-flash-image", "512")] = 0.045m,
        [("gemini-3.1-flash-image", "1K")] = 0.067m,
        [("gemini-3.1-flash-image", "2K")] = 0.101m,
        [("gemini-3.1-flash-image", "4K")] = 0.151m,
        [("gemini-3.1-flash-lite-image", "1K")] = 0.0336m,
        [("gemini-3-pro-image", "1K")] = 0.134m,
        [("gemini-3-pro-image", "2K")] = 0.134m,
        [("gemini-3-pro-image", "4K")] = 0.24m,
    };

    /// <summary>Models that were shut down, and when.</summary>
    public static readonly Dictionary<string, string> Gone = new()
    {
        ["gemini-2.5-flash-image"] = "2 October 2026",
        ["gemini-3.1-flash-image-preview"] = "25 June 2026",
        ["gemini-3-pro-image-preview"] = "25 June 2026",
    };

    /// <summary>Null when the table has no price.</summary>
    public static decimal? Of(string model, string size) => PerImage.TryGetValue((model, size), out var usd) ? usd : null;

    /// <summary>Sizes that a model of the table makes; null for models it does not have.</summary>
    public static IReadOnlyList<string>? Sizes(string model)
    {
        var sizes = PerImage.Keys.Where(key => key.Model == model).Select(key => key.Size).ToArray();
        return sizes.Length == 0 ? null : sizes;
    }
}
