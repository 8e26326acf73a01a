using System.Buffers;

namespace Revela.Storage.Objects;

/// <summary>Which keys any store takes: relative, plain segments without dots in front, so that none leaves its folder or bucket.</summary>
static class ObjectPaths
{
    const int Longest = 512;
    static readonly SearchValues<char> Allowed = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./");

    /// <returns>The key itself.</returns>
    /// <exception cref="ArgumentException">The key is not one of ours.</exception>
    public static string Checked(string key)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (key.Length > Longest || key.AsSpan().ContainsAnyExcept(Allowed)) throw Refused();
        foreach (var part in key.AsSpan().Split('/'))
        {
            var segment = key.AsSpan(part);
            if (segment.IsEmpty || segment[0] == '.' || segment[^1] == '.') throw Refused();
        }
        return key;
    }

    public static string AreaOf(string key) => key.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? key[..slash] : key;

    static ArgumentException Refused() => new("Not an object key.", "key");
}
