namespace Revela.Imaging.Inspection;

/// <summary>Texts that a file brought, as they may be told: one line without control characters, and not without end.</summary>
static class PlainText
{
    const int Longest = 200;

    /// <summary>Null when nothing is left of it.</summary>
    public static string? Of(string? text)
    {
        if (text is null) return null;
        var plain = string.Concat(text.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return plain.Length == 0 ? null : plain[..Math.Min(plain.Length, Longest)];
    }
}
