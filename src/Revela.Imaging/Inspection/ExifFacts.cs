using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Inspection;

/// <summary>What a camera noted in a picture's EXIF, under names and in units of our own; the place only where it is asked for.</summary>
static class ExifFacts
{
    static readonly (string Name, string Field, Func<string, JsonNode?> Read)[] Facts =
    [
        ("make", "exif-ifd0-Make", Text),
        ("model", "exif-ifd0-Model", Text),
        ("lens", "exif-ifd2-LensModel", Text),
        ("software", "exif-ifd0-Software", Text),
        ("artist", "exif-ifd0-Artist", Text),
        ("copyright", "exif-ifd0-Copyright", Text),
        ("description", "exif-ifd0-ImageDescription", Text),
        ("taken_at", "exif-ifd2-DateTimeOriginal", Time),
        ("exposure_seconds", "exif-ifd2-ExposureTime", Number),
        ("exposure_bias", "exif-ifd2-ExposureBiasValue", Number),
        ("f_number", "exif-ifd2-FNumber", Number),
        ("iso", "exif-ifd2-ISOSpeedRatings", Number),
        ("focal_length", "exif-ifd2-FocalLength", Number),
        ("focal_length_35mm", "exif-ifd2-FocalLengthIn35mmFilm", Number),
        ("flash", "exif-ifd2-Flash", field => First(field) is { } bits ? ((long)bits & 1) != 0 : null),
    ];

    /// <summary>Null when the file has none of them.</summary>
    public static JsonObject? Of(VipsImage image)
    {
        var facts = new JsonObject();
        foreach (var (name, field, read) in Facts)
            if (image.GetText(field) is { } text && read(text) is { } value) facts[name] = value;
        return facts.Count == 0 ? null : facts;
    }

    /// <summary>Degrees, north and east positive, and metres above the sea; null when the file does not tell where.</summary>
    public static JsonObject? Place(VipsImage image)
    {
        var (latitude, longitude) = (Degrees(image, "Latitude", 'S', 90), Degrees(image, "Longitude", 'W', 180));
        if (latitude is null || longitude is null) return null;
        var place = new JsonObject { ["latitude"] = latitude, ["longitude"] = longitude };
        if (image.GetText("exif-ifd3-GPSAltitude") is { } altitude && First(altitude) is { } metres)
            place["altitude"] = image.GetText("exif-ifd3-GPSAltitudeRef") is { } reference && First(reference) == 1 ? -metres : metres;
        return place;
    }

    static double? Degrees(VipsImage image, string axis, char negative, double most)
    {
        if (image.GetText($"exif-ifd3-GPS{axis}") is not { } text) return null;
        var parts = Numbers(text);
        if (parts.Count != 3) return null;
        var degrees = Math.Round(parts[0] + parts[1] / 60 + parts[2] / 3600, 7);
        if (!(degrees >= 0 && degrees <= most)) return null;
        return Value(image.GetText($"exif-ifd3-GPS{axis}Ref") ?? "").StartsWith(negative) ? -degrees : degrees;
    }

    static JsonNode? Text(string field) => PlainText.Of(Value(field)) is { } text ? JsonValue.Create(text) : null;

    static JsonNode? Number(string field) => First(field) is { } number ? JsonValue.Create(number) : null;

    // In no zone: cameras mean where they are.
    static JsonNode? Time(string field) =>
        DateTime.TryParseExact(Value(field).Trim(), "yyyy:MM:dd HH:mm:ss", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? JsonValue.Create(time.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)) : null;

    static double? First(string field) => Numbers(field) is [var first, ..] ? Math.Round(first, 7) : null;

    static List<double> Numbers(string field)
    {
        var numbers = new List<double>();
        foreach (var word in field[..Math.Max(0, field.IndexOf(" (", StringComparison.Ordinal))].Split(' '))
        {
            var slash = word.IndexOf('/', StringComparison.Ordinal);
            if (!Parse(slash < 0 ? word : word[..slash], out var above) || !Parse(slash < 0 ? "1" : word[(slash + 1)..], out var below) || below == 0) break;
            numbers.Add(above / below);
        }
        return numbers;
    }

    static bool Parse(string word, out double number) =>
        double.TryParse(word, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number);

    // libvips writes a text as "it (it, ASCII, 3 components, 3 bytes)", and either may hold brackets.
    static string Value(string field)
    {
        var end = field.LastIndexOf(", ASCII, ", StringComparison.Ordinal);
        var twice = end < 0 ? field : field[..end];
        var half = (twice.Length - 2) / 2;
        if (half > 0 && twice[..half] == twice[(half + 2)..] && twice.AsSpan(half, 2) is " (") return twice[..half];
        var bracket = twice.IndexOf(" (", StringComparison.Ordinal);
        return bracket < 0 ? twice : twice[..bracket];
    }
}
