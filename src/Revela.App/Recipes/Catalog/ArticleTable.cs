using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api;
using Revela.Core;

namespace Revela.App.Recipes.Catalog;

/// <summary>Reads a table of articles: CSV whose first row names the columns as the API names the fields, and <c>imagen</c> for the photo's file.</summary>
public static class ArticleTable
{
    public const int MaxBytes = 8 * 1024 * 1024;
    const int MaxRows = 50_000;
    const int MistakesShown = 10;

    static readonly string[] Fields = ["id", "nombre", "descripcion", "unidad", "categoria_id", "activo"];

    /// <summary>Empty cells say nothing, so that what an article is so far stays.</summary>
    /// <exception cref="RevelaException"><c>invalid-request</c>, with the rows that are wrong.</exception>
    public static IReadOnlyList<ArticleRow> Read(string csv)
    {
        var rows = CsvTable.Rows(csv).Take(MaxRows + 2).ToList();
        if (rows.Count == 0 || CsvTable.Column(rows[0], "nombre", "id") is null) throw Refusals.Invalid("The first row must name the columns: nombre, and perhaps id, descripcion, unidad, categoria_id, activo and imagen.");
        if (rows.Count > MaxRows + 1) throw Refusals.Invalid($"The table has more than {MaxRows} rows.");
        var (read, mistakes) = (new List<ArticleRow>(), new List<string>());
        for (var i = 1; i < rows.Count; i++)
            if (RowOf(rows[0], rows[i], i + 1, mistakes) is { } row) read.Add(row);
        if (mistakes.Count > 0) throw Refusals.Invalid($"The table has mistakes: {string.Join("; ", mistakes.Take(MistakesShown))}{(mistakes.Count > MistakesShown ? "; …" : "")}.");
        return read;
    }

    static ArticleRow? RowOf(IReadOnlyList<string> headings, IReadOnlyList<string> cells, int number, List<string> mistakes)
    {
        var given = new JsonObject();
        foreach (var field in Fields)
            if (Cell(headings, cells, field) is { } text) given[field] = field == "activo" ? Truth(text) : text;
        try
        {
            // Read once only to find what is wrong with it; what an article is so far is known later.
            ArticleFields.Read(given, isForm: true, known: new JsonObject { ["nombre"] = "–" });
            var id = ArticleFields.Number(given);
            if (id is not null || given.ContainsKey("nombre")) return new ArticleRow(id, given, Cell(headings, cells, "imagen"));
            mistakes.Add(Told(number, "it has neither id nor nombre"));
        }
        catch (RevelaException e)
        {
            mistakes.Add(Told(number, e.Error.Message.TrimEnd('.')));
        }
        return null;
    }

    static string Told(int row, string mistake) => string.Create(CultureInfo.InvariantCulture, $"row {row}: {mistake}");

    // As shops write it.
    static string Truth(string text) => text.ToLowerInvariant() switch { "sí" or "si" or "yes" or "verdadero" => "true", "no" or "falso" => "false", var other => other };

    static string? Cell(IReadOnlyList<string> headings, IReadOnlyList<string> cells, string name) =>
        CsvTable.Column(headings, name) is { } column && column < cells.Count && cells[column].Length > 0 ? cells[column] : null;
}

/// <param name="Id">The shop's own number; null where the name says which article is meant.</param>
/// <param name="Given">Its fields as text.</param>
/// <param name="Picture">Name of the file that its photo comes as; null for none.</param>
public sealed record ArticleRow(long? Id, JsonObject Given, string? Picture)
{
    public string? Name => Given["nombre"]?.ToString();

    /// <param name="known">What the article is so far; null for a new one.</param>
    public JsonObject Fields(JsonObject? known) => Articles.WithFile(ArticleFields.Read(Given, isForm: true, known), Picture);
}
