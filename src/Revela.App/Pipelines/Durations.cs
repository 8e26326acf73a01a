using System.Globalization;
using System.Text.RegularExpressions;

namespace Revela.App.Pipelines;

/// <summary>Times as people write them: <c>500 ms</c>, <c>2 s</c>, <c>5 min</c> or <c>5m</c>, <c>1 h</c>, <c>7 d</c>, or a bare number of seconds.</summary>
public static partial class Durations
{
    public static bool TryParse(string text, out TimeSpan duration)
    {
        duration = default;
        var match = Pattern().Match(text.Trim());
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture, out var number)) return false;
        var seconds = number * Seconds(match.Groups[2].Value);
        if (seconds > TimeSpan.MaxValue.TotalSeconds / 2) return false;
        duration = TimeSpan.FromSeconds(seconds);
        return true;
    }

    /// <summary>In the largest unit that leaves a whole number.</summary>
    public static string Write(TimeSpan duration)
    {
        var seconds = duration.TotalSeconds;
        foreach (var unit in (string[])["d", "h", "min", "s"])
            if (seconds != 0 && seconds % Seconds(unit) == 0) return string.Create(CultureInfo.InvariantCulture, $"{seconds / Seconds(unit)} {unit}");
        return string.Create(CultureInfo.InvariantCulture, $"{duration.TotalMilliseconds:0} ms");
    }

    static double Seconds(string unit) => unit switch
    {
        "ms" => 0.001,
        "min" or "m" => 60,
        "h" => 3600,
        "d" => 86400,
        _ => 1,
    };

    [GeneratedRegex(@"\A([0-9]+(?:\.[0-9]+)?)\s*(ms|s|min|m|h|d)?\z")]
    private static partial Regex Pattern();
}
