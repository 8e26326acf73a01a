using System.Text;
using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Storage.Postgres;

namespace Revela.Storage;

/// <summary>Which database keeps the rows.</summary>
public sealed record StoreOptions
{
    /// <summary>
    /// PostgreSQL that any number of servers and workers share, as <c>Host=db;Database=revela;Username=revela;Password=…</c> or
    /// <c>postgresql://revela:…@db/revela</c>; null for the embedded database in the data folder.
    /// </summary>
    [JsonConverter(typeof(HiddenText))]
    public string? Postgres { get; init; }

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        if (Postgres is null) return [];
        try
        {
            ConnectionText.Read(Postgres);
            return [];
        }
        catch (ArgumentException)
        {
            return ["store.postgres must be like Host=db;Database=revela;Username=revela;Password=… or postgresql://revela:…@db/revela."];
        }
    }

    // The connection may hold a password.
    bool PrintMembers(StringBuilder text)
    {
        text.Append(Postgres is null ? "embedded" : "PostgreSQL");
        return true;
    }
}
