using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Revela.Core;

namespace Revela.Imaging.Operations.Binding;

/// <summary>Turns an options object into its record and back, and names every mistake at once.</summary>
static class OptionsBinder
{
    static readonly JsonSerializerOptions Json = RevelaJson.Options;

    static OptionsBinder() => Json.MakeReadOnly(populateMissingResolver: true);

    /// <summary>An option that is a list.</summary>
    static readonly Type Texts = typeof(IReadOnlyList<string>);

    public static JsonTypeInfo TypeOf(Type options) => Json.GetTypeInfo(options);

    /// <summary>All options with their defaults, in the record's order and in one spelling.</summary>
    public static JsonObject Spell(object options) => (JsonObject)JsonSerializer.SerializeToNode(options, options.GetType(), Json)!;

    /// <returns>Null when a mistake was added.</returns>
    public static TOptions? Bind<TOptions>(string operation, JsonObject options, ICollection<string> mistakes) where TOptions : class
    {
        var count = mistakes.Count;
        var properties = TypeOf(typeof(TOptions)).Properties;
        var accepted = new JsonObject();

        foreach (var (name, value) in options)
        {
            var property = properties.FirstOrDefault(p => p.Name == name);
            if (property is null) mistakes.Add($"{operation}: there is no option {Shown(name)}; known are {Known(properties)}");
            else if (value is null) continue;
            else if (Read(property, value) is { } read) accepted[name] = read;
            else mistakes.Add($"{operation}: {name} must be {Expected(property)}");
        }
        foreach (var property in properties)
            if (Has<RequiredAttribute>(property) is not null && options[property.Name] is null)
                mistakes.Add($"{operation}: {property.Name} is missing: {Expected(property)}");

        return mistakes.Count == count ? accepted.Deserialize<TOptions>(Json) : null;
    }

    /// <summary>A text from a command line as the JSON that the property takes; the text itself where it fits nothing.</summary>
    public static JsonNode Coerce(Type options, string name, string text)
    {
        var property = TypeOf(options).Properties.FirstOrDefault(p => p.Name == name);
        var type = property is null ? typeof(string) : Plain(property.PropertyType);
        if (type == typeof(bool) && bool.TryParse(text, out var yes)) return JsonValue.Create(yes);
        if (type == Texts) return new JsonArray([.. text.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Select(one => JsonValue.Create(one))]);
        if (IsNumber(type) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return JsonValue.Create(number);
        return JsonValue.Create(text);
    }

    public static Type Plain(Type type) => Nullable.GetUnderlyingType(type) ?? type;

    public static T? Has<T>(JsonPropertyInfo property) where T : Attribute =>
        (property.AttributeProvider as MemberInfo)?.GetCustomAttribute<T>();

    /// <summary>What a value must be, for people: used in mistakes and in the schema's descriptions.</summary>
    public static string Expected(JsonPropertyInfo property)
    {
        var type = Plain(property.PropertyType);
        var range = Has<RangeAttribute>(property) is { } r ? string.Create(CultureInfo.InvariantCulture, $" from {r.Minimum} to {r.Maximum}") : "";
        if (type.IsEnum) return "one of " + string.Join(", ", EnumNames(type));
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(int)) return "a whole number" + range;
        if (type == typeof(double)) return "a number" + range;
        if (type == typeof(Colour)) return "a colour such as #ffffff, #ffffff80, white or transparent";
        if (type == Texts) return Has<LengthAttribute>(property) is { } l ? $"a list of at most {l.MaximumLength} texts" : "a list of texts";
        return Has<StringLengthAttribute>(property) is { } s ? $"a text of at most {s.MaximumLength} characters" : "a text";
    }

    public static IEnumerable<string> EnumNames(Type type) =>
        Enum.GetNames(type).Select(JsonNamingPolicy.KebabCaseLower.ConvertName);

    static JsonNode? Read(JsonPropertyInfo property, JsonNode node)
    {
        var type = Plain(property.PropertyType);
        var kind = node.GetValueKind();
        if (IsNumber(type)) return kind == JsonValueKind.Number ? ReadNumber(property, type, node) : null;
        if (type == typeof(bool)) return kind is JsonValueKind.True or JsonValueKind.False ? node.DeepClone() : null;
        if (type == Texts) return ReadTexts(property, node);
        if (kind != JsonValueKind.String) return null;
        var text = node.GetValue<string>();
        if (Has<StringLengthAttribute>(property) is { } limit && (text.Length > limit.MaximumLength || text.Length < limit.MinimumLength)) return null;
        if (type.IsEnum && !EnumNames(type).Contains(text.ToLowerInvariant())) return null;
        return type == typeof(Colour) && !Colour.TryParse(text, out _) ? null : JsonValue.Create(type.IsEnum ? text.ToLowerInvariant() : text);
    }

    // Numbers are taken for their text, so that a list of numbers need not be quoted.
    static JsonArray? ReadTexts(JsonPropertyInfo property, JsonNode node)
    {
        if (node is not JsonArray list || list.Any(one => one?.GetValueKind() is not (JsonValueKind.String or JsonValueKind.Number))) return null;
        if (Has<LengthAttribute>(property) is { } limit && (list.Count > limit.MaximumLength || list.Count < limit.MinimumLength)) return null;
        return new JsonArray([.. list.Select(one => JsonValue.Create(one!.ToString()))]);
    }

    static JsonNode? ReadNumber(JsonPropertyInfo property, Type type, JsonNode node)
    {
        // A number may be a JSON element or come from code as any CLR number.
        if (!double.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number)) return null;
        if (Has<RangeAttribute>(property) is { } range && !range.IsValid(number)) return null;
        if (type == typeof(double)) return JsonValue.Create(number);
        return number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue ? JsonValue.Create((int)number) : null;
    }

    static bool IsNumber(Type type) => type == typeof(int) || type == typeof(double);

    static string Known(IList<JsonPropertyInfo> properties) =>
        properties.Count == 0 ? "none" : string.Join(", ", properties.Select(p => p.Name));

    static string Shown(string name) => JsonSerializer.Serialize(name.Length > 40 ? name[..40] + "…" : name, Json);
}
