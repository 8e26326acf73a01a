using System.Text.Json.Nodes;

namespace Revela.Core.Assets;

/// <summary>How a picture looks, as far as pictures are found by it.</summary>
/// <param name="Colours">Those that it has much of.</param>
public readonly record struct Likeness(PerceptualHash Hash, Colours Colours)
{
    /// <summary>From the data of a job whose steps found it out; null when none did.</summary>
    public static Likeness? Read(JsonObject? data) =>
        data?[PerceptualHash.Name] is JsonValue value && value.TryGetValue<string>(out var hex) && PerceptualHash.Read(hex) is { } hash
            ? new Likeness(hash, ColourWords.MuchOf(data[ColourWords.InData])) : null;
}
