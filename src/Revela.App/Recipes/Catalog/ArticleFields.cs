using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Api;
using Revela.App.Uploads;
using Revela.Core;

namespace Revela.App.Recipes.Catalog;

/// <summary>What a request says of an article, read from a form or JSON with every mistake told at once.</summary>
public static class ArticleFields
{
    static readonly string[] Known = ["id", "nombre", "descripcion", "unidad", "categoria_id", "activo", "imagen"];

    /// <param name="known">What the article is so far, which holds for all that is not named; null for a new one.</param>
    /// <exception cref="RevelaException"><c>invalid-request</c>.</exception>
    public static JsonObject Read(Upload upload, JsonObject? known)
    {
        if (upload.Received.Count > 1) throw Refusals.Invalid("Send at most one image as 'imagen'.");
        return Read(upload.Fields, upload.IsForm, known);
    }

    /// <inheritdoc cref="Read(Upload, JsonObject?)"/>
    public static JsonObject Read(JsonObject given, bool isForm, JsonObject? known)
    {
        var fields = new FieldReader(given, isForm);
        fields.RefuseOthers(Known);
        var article = (JsonObject?)known?.DeepClone() ?? new JsonObject { ["activo"] = true };
        foreach (var (name, most) in new[] { ("nombre", 255), ("descripcion", 4000), ("unidad", 100) })
            if (given.ContainsKey(name)) article[name] = fields.Text(name, most);
        if (given.ContainsKey("categoria_id")) article["categoria_id"] = fields.Number("categoria_id");
        if (given.ContainsKey("activo")) article["activo"] = fields.Flag("activo");
        if (article["nombre"]?.ToString() is not { Length: > 0 } && fields.Mistakes.Count == 0) fields.Mistakes.Add("'nombre' is missing");
        fields.Refuse();
        return article;
    }

    /// <summary>The number that a new article shall have; null for the next free one.</summary>
    public static long? Number(JsonObject given)
    {
        if (given["id"] is not { } node) return null;
        var text = node.GetValueKind() is JsonValueKind.Number or JsonValueKind.String ? node.ToString() : "";
        return long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw Refusals.Invalid("'id' must be a whole number above 0.");
    }
}
