using Revela.Providers.Prices;

namespace Revela.Providers.Gemini;

/// <summary>Models of Gemini that paint: their sizes and prices, and which are gone.</summary>
static class GeminiPrices
{
    /// <summary>Models that were shut down, and when.</summary>
    public static readonly Dictionary<string, string> Gone = new()
    {
        ["gemini-2.5-flash-image"] = "2 October 2026",
        ["gemini-3.1-flash-image-preview"] = "25 June 2026",
        ["gemini-3-pro-image-preview"] = "25 June 2026",
    };

    /// <summary>In US dollars; null when the table has no price.</summary>
    public static decimal? Of(string model, string size) => PriceTable.Published.Of(GeminiClient.Name, model).FirstOrDefault(price => price.Size == size)?.Usd;

    /// <summary>Sizes that a model of the table makes; null for models it does not have.</summary>
    public static IReadOnlyList<string>? Sizes(string model)
    {
        var sizes = PriceTable.Published.Of(GeminiClient.Name, model).Select(price => price.Size!).ToArray();
        return sizes.Length == 0 ? null : sizes;
    }
}
