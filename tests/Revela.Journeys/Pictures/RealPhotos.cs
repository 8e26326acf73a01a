using System.Collections.Concurrent;
using System.Globalization;

namespace Revela.Journeys.Pictures;

/// <summary>The photographs of <c>samples/</c> as JPEGs, each number in a size of its own and so with pixels of its own.</summary>
static class RealPhotos
{
    static readonly string[] names = ["astronaut.png", "chelsea.png", "coffee.png"];
    static readonly ConcurrentDictionary<int, byte[]> made = [];

    public static async Task<byte[]> Get(int number)
    {
        if (made.TryGetValue(number, out var known)) return known;
        var png = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "samples", names[number % names.Length]));
        var pipeline = string.Create(CultureInfo.InvariantCulture, $"real:\n  steps:\n    - {{ op: resize, width: {200 + number % 200} }}\n    - {{ op: convert, format: jpeg }}\n");
        return made[number] = (await Development.Pictures(png, "image/png", "real", pipeline)).Single();
    }
}
