using System.Text.Json;
using Revela.Core;

namespace Revela.Providers.Prices;

/// <summary>What services ask for, as they published it by a day; from <c>prices.json</c>.</summary>
public sealed record PriceTable(DateOnly Dated, IReadOnlyList<Price> Prices)
{
    public static PriceTable Published { get; } = Load();

    /// <param name="what">An operation, or a model where the service has several.</param>
    public IEnumerable<Price> Of(string provider, string what) => Prices.Where(price => price.Provider == provider && price.What == what);

    static PriceTable Load()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        return JsonSerializer.Deserialize<PriceTable>(stream, RevelaJson.Options)!;
    }
}

/// <summary>One line of the table: in US dollars, or in credits of the service.</summary>
/// <param name="Size">As a step names it; null where it makes no difference.</param>
/// <param name="Per">What it is asked for: <c>image</c>.</param>
public sealed record Price(string Provider, string What, string? Size, string Per, decimal? Usd, decimal? Credits);
