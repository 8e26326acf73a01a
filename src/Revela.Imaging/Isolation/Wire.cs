using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Revela.Core;

namespace Revela.Imaging.Isolation;

/// <summary>How parent and child talk: JSON messages, each after its length in four bytes, little-endian. Pixels never travel here.</summary>
static class Wire
{
    /// <summary>Bytes. A run of a thousand steps takes a tenth of it.</summary>
    public const int MaxMessage = 4 * 1024 * 1024;

    /// <summary>One write, so that messages of several threads do not mix when each holds the lock of its stream.</summary>
    public static void Write<T>(Stream to, T message, JsonTypeInfo<T> type)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        if (json.Length > MaxMessage) throw new WireException($"a message of {json.Length} bytes is too long to send");

        var framed = new byte[4 + json.Length];
        BinaryPrimitives.WriteInt32LittleEndian(framed, json.Length);
        json.CopyTo(framed, 4);
        to.Write(framed);
        to.Flush();
    }

    /// <returns>Null when the other side has closed between two messages.</returns>
    /// <exception cref="WireException">What came is not a message.</exception>
    public static T? Read<T>(Stream from, JsonTypeInfo<T> type) where T : class
    {
        Span<byte> head = stackalloc byte[4];
        var got = from.ReadAtLeast(head, 4, throwOnEndOfStream: false);
        if (got == 0) return null;
        if (got < 4) throw new WireException("the stream ended inside a length");

        var length = BinaryPrimitives.ReadInt32LittleEndian(head);
        if (length is <= 0 or > MaxMessage) throw new WireException($"{length} is not the length of a message");
        return Parse(Body(from, length), type);
    }

    static byte[] Body(Stream from, int length)
    {
        var body = new byte[length];
        if (from.ReadAtLeast(body, length, throwOnEndOfStream: false) < length) throw new WireException("the stream ended inside a message");
        return body;
    }

    static T Parse<T>(byte[] json, JsonTypeInfo<T> type) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type) ?? throw new WireException("a message is null");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new WireException("a message is not the JSON it should be", e);
        }
    }
}

/// <summary>The other side said something that is not of this protocol.</summary>
sealed class WireException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The wire's types, known at build time: a child that had to reflect over them would start 40 ms later.</summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(ChildRequest))]
[JsonSerializable(typeof(ChildReply))]
sealed partial class WireJson : JsonSerializerContext
{
    public static WireJson Dialect { get; } = new(RevelaJson.Configure(new JsonSerializerOptions()));
}
