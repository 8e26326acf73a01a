namespace Revela.Providers.Line;

/// <summary>A key that stands in a setting or in a file that a setting names.</summary>
static class ServiceKey
{
    /// <summary>Null when there is none; a file is read anew each time, so that a key can be changed without a restart.</summary>
    public static string? Read(string? key, string? file)
    {
        if (key is not null || file is null) return key;
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } read ? read : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public static IEnumerable<string> Mistakes(string group, string? key, string? file)
    {
        if (key is not null && file is not null) yield return $"{group}.key and {group}.key_file are two places for one key.";
        if (key is not null && (key.Trim().Length != key.Length || key.Length == 0 || key.Any(char.IsControl))) yield return $"{group}.key must be the key alone, without spaces around it.";
        if (file is not null && !File.Exists(file)) yield return $"{group}.key_file is '{file}', which is not there.";
    }

    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { Query: "", Fragment: "", UserInfo: "" };
}
