using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Revela.Imaging.Operations.Binding;

/// <summary>An sRGB colour with straight alpha; spelled <c>#rrggbb</c>, or <c>#rrggbbaa</c> when not opaque.</summary>
[JsonConverter(typeof(ColourJson))]
public readonly record struct Colour(byte Red, byte Green, byte Blue, byte Alpha = 255)
{
    public static readonly Colour White = new(255, 255, 255);
    public static readonly Colour Black = new(0, 0, 0);

    static readonly Dictionary<string, Colour> Names = new()
    {
        ["white"] = White,
        ["black"] = Black,
        ["gray"] = new(128, 128, 128),
        ["grey"] = new(128, 128, 128),
        ["red"] = new(255, 0, 0),
        ["green"] = new(0, 128, 0),
        ["blue"] = new(0, 0, 255),
        ["yellow"] = new(255, 255, 0),
        ["transparent"] = new(0, 0, 0, 0),
    };

    public bool IsGray => Red == Green && Green == Blue;

    /// <summary>Accepts <c>#rgb</c>, <c>#rrggbb</c>, <c>#rrggbbaa</c> and a few names.</summary>
    public static bool TryParse(string text, out Colour colour)
    {
        if (Names.TryGetValue(text.ToLowerInvariant(), out colour)) return true;
        if (text.Length is not (4 or 7 or 9) || text[0] != '#') return false;
        var hex = text.Length == 4 ? string.Concat(text.Skip(1).Select(c => new string(c, 2))) : text[1..];
        if (hex.Length == 6) hex += "ff";
        if (!uint.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var bits)) return false;
        colour = new Colour((byte)(bits >> 24), (byte)(bits >> 16), (byte)(bits >> 8), (byte)bits);
        return true;
    }

    public override string ToString() =>
        "#" + System.Convert.ToHexStringLower(Alpha == 255 ? [Red, Green, Blue] : [Red, Green, Blue, Alpha]);
}

/// <summary>Colours as texts in JSON.</summary>
sealed class ColourJson : JsonConverter<Colour>
{
    public override Colour Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        Colour.TryParse(reader.GetString() ?? "", out var colour) ? colour : throw new JsonException("not a colour");

    public override void Write(Utf8JsonWriter writer, Colour value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
