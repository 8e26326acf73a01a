using System.Globalization;
using Revela.App.Notifications;

namespace Revela.App.Dashboard;

/// <summary>Numbers, sizes, money and spans of time as people of a language write them.</summary>
public sealed class Figures(string language)
{
    static readonly NumberFormatInfo English = new() { NumberGroupSeparator = ",", NumberDecimalSeparator = "." };
    static readonly NumberFormatInfo Spanish = new() { NumberGroupSeparator = ".", NumberDecimalSeparator = "," };
    static readonly string[] EnglishMonths = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    static readonly string[] SpanishMonths = ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"];
    static readonly string[] Units = ["B", "KB", "MB", "GB", "TB"];

    // How many of each are said before the next.
    static readonly (string Unit, int Seconds, double Most)[] Guessed = [("seconds", 1, 60), ("minutes", 60, 60), ("hours", 3600, 24), ("days", 86400, double.PositiveInfinity)];

    readonly NumberFormatInfo format = language == Words.Spanish ? Spanish : English;

    public string Count(long number) => number.ToString("#,0", format);

    public string Percent(double fraction) => string.Create(format, $"{Math.Floor(Math.Clamp(fraction, 0, 1) * 100):0} %");

    /// <summary>With a digit behind the point below ten, so that slow things are seen to move.</summary>
    public string Rate(double number) => number.ToString(number is > 0 and < 10 ? "0.0" : "#,0", format);

    /// <summary>To the cent; what is less to a hundredth of a cent.</summary>
    public string Usd(decimal amount) => amount.ToString(amount is 0 or >= 0.1m ? "'$'#,0.00" : "'$'0.0000", format);

    public string Day(DateOnly day) => $"{day.Day} {(format == Spanish ? SpanishMonths : EnglishMonths)[day.Month - 1]}";

    public string Bytes(long bytes)
    {
        double size = bytes;
        var unit = 0;
        for (; size >= 1000 && unit < Units.Length - 1; unit++) size /= 1000;
        return size.ToString(unit > 0 && size < 10 ? "0.0" : "0", format) + " " + Units[unit];
    }

    public string Megabytes(int megabytes) => Bytes(megabytes * 1_000_000L);

    /// <summary>A time that is guessed, as people say it: a moment, about two minutes.</summary>
    public string About(TimeSpan span)
    {
        if (span < TimeSpan.FromSeconds(1)) return Words.Find(language, "about.moment")!;
        foreach (var (unit, seconds, most) in Guessed)
            if (Math.Round(span.TotalSeconds / seconds) is var count && count < most)
                return Words.Find(language, $"about.{unit}", new() { ["count"] = Count((long)count) })!;
        return "";
    }

    /// <summary>A time that was measured, in its two largest units.</summary>
    public string Span(TimeSpan span) => span switch
    {
        { TotalMilliseconds: < 1 } => "0 ms",
        { TotalSeconds: < 1 } => string.Create(format, $"{span.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } => string.Create(format, $"{span.TotalSeconds:0.0} s"),
        { TotalMinutes: < 60 } => string.Create(format, $"{span.Minutes} min {span.Seconds} s"),
        { TotalHours: < 24 } => string.Create(format, $"{span.Hours} h {span.Minutes} min"),
        _ => string.Create(format, $"{(long)span.TotalDays} d {span.Hours} h"),
    };
}
