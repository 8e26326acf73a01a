using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Api;
using Revela.Core;
using Revela.Core.Pipelines;

namespace Revela.App.Recipes.Rembg;

/// <summary>
/// The parameters of rembg's server (<c>model</c>, <c>a</c>, <c>af</c>, <c>ab</c>, <c>ae</c>, <c>om</c>, <c>ppm</c>, <c>bgc</c>, <c>extras</c>) as a step.
/// <c>ppm</c> hardens edges to steps and <c>extras</c> tunes models that only rembg has: both are read and change nothing.
/// </summary>
sealed class RembgFields(JsonObject form, IQueryCollection query)
{
    const int MaxText = 255;

    readonly List<string> mistakes = [];

    /// <exception cref="RevelaException"><c>invalid-request</c>, with every mistake.</exception>
    public Step Step()
    {
        var options = new JsonObject
        {
            ["alpha_matting"] = Flag("a"),
            ["alpha_matting_foreground_threshold"] = Number("af", 255, 240),
            ["alpha_matting_background_threshold"] = Number("ab", 255, 10),
            ["alpha_matting_erode_size"] = Number("ae", 100, 10),
            ["only_mask"] = Flag("om"),
            // rembg answers with whatever it found.
            ["min_confidence"] = 0,
        };
        if (Text("model") is { } model) options["model"] = model;
        if (Text("bgc") is { } colour && !Flag("om")) options["bgcolor"] = Colour(colour);
        Flag("ppm");
        if (Text("extras") is { } extras && !IsJson(extras)) mistakes.Add("'extras' must be JSON");
        if (mistakes.Count > 0) throw Refusals.Invalid(string.Join("; ", mistakes) + ".");
        return new Step("remove-background", options);
    }

    /// <summary>The field as it was sent, in the form or else in the query; null when absent or empty.</summary>
    public string? Text(string name)
    {
        var sent = form[name] is JsonValue value ? value.ToString() : query[name].FirstOrDefault();
        if (string.IsNullOrEmpty(sent)) return null;
        if (sent.Length <= MaxText || name is "url" or "extras") return sent;
        mistakes.Add($"'{name}' is too long");
        return null;
    }

    // As FastAPI reads them.
    bool Flag(string name)
    {
        switch (Text(name)?.ToLowerInvariant())
        {
            case null or "false" or "0" or "no" or "off" or "f" or "n":
                return false;
            case "true" or "1" or "yes" or "on" or "t" or "y":
                return true;
            default:
                mistakes.Add($"'{name}' must be true or false");
                return false;
        }
    }

    int Number(string name, int most, int otherwise)
    {
        if (Text(name) is not { } text) return otherwise;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= most) return number;
        mistakes.Add($"'{name}' must be 0 to {most}");
        return otherwise;
    }

    string? Colour(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length == 4 && parts.All(part => byte.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return "#" + string.Concat(parts.Select(part => byte.Parse(part, CultureInfo.InvariantCulture).ToString("x2", CultureInfo.InvariantCulture)));
        mistakes.Add("'bgc' must be four numbers from 0 to 255 like 255,255,255,255");
        return null;
    }

    static bool IsJson(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
