using System.Text.Json;
using System.Text.Json.Serialization;

namespace Revela.Core;

/// <summary>A secret among settings: it can be read, and is written as dots (law 12).</summary>
public sealed class HiddenText : JsonConverter<string>
{
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue("•••");
}
