using Revela.App.Dashboard;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

public sealed class FiguresTests
{
    [Fact]
    public void Numbers_are_written_as_in_the_language()
    {
        var (english, spanish) = (new Figures("en"), new Figures("es"));
        english.Count(1234567).ShouldBe("1,234,567");
        spanish.Count(1234567).ShouldBe("1.234.567");
        (english.Usd(0), english.Usd(12.5m), english.Usd(0.0123m)).ShouldBe(("$0.00", "$12.50", "$0.0123"));
        spanish.Usd(1234.5m).ShouldBe("$1.234,50");
        (english.Percent(0.999), english.Percent(1), english.Percent(-1)).ShouldBe(("99 %", "100 %", "0 %"));
        (english.Bytes(999), english.Bytes(1500), spanish.Bytes(3_500_000)).ShouldBe(("999 B", "1.5 KB", "3,5 MB"));
        (english.Rate(0), english.Rate(2.34), english.Rate(1200)).ShouldBe(("0", "2.3", "1,200"));
    }

    [Theory]
    [InlineData(0, "0 ms")]
    [InlineData(0.25, "250 ms")]
    [InlineData(12.34, "12.3 s")]
    [InlineData(95, "1 min 35 s")]
    [InlineData(3700, "1 h 1 min")]
    [InlineData(90000, "1 d 1 h")]
    public void Spans_are_told_in_their_two_largest_units(double seconds, string told) => new Figures("en").Span(TimeSpan.FromSeconds(seconds)).ShouldBe(told);

    [Theory]
    [InlineData(0.235, "a moment", "un momento")]
    [InlineData(1.4, "about a second", "un segundo más o menos")]
    [InlineData(12.3, "about 12 seconds", "unos 12 segundos")]
    [InlineData(59.7, "about a minute", "un minuto más o menos")]
    [InlineData(95, "about 2 minutes", "unos 2 minutos")]
    [InlineData(3700, "about an hour", "una hora más o menos")]
    [InlineData(90000, "about a day", "un día más o menos")]
    [InlineData(1e8, "about 1,157 days", "unos 1.157 días")]
    public void What_is_guessed_is_told_as_people_say_it(double seconds, string english, string spanish)
    {
        var span = TimeSpan.FromSeconds(seconds);
        (new Figures("en").About(span), new Figures("es").About(span)).ShouldBe((english, spanish));
    }
}
