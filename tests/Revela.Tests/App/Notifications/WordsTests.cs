using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Revela.App.Notifications;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Notifications;

public sealed class WordsTests
{
    [Fact]
    public void Both_languages_have_the_same_words() => Words.Keys(Words.Spanish).ShouldBe(Words.Keys(Words.English), ignoreOrder: true);

    [Fact]
    public void Names_in_braces_are_filled_in_and_what_is_unknown_has_other_words()
    {
        Words.Find("es", "cutout.completed.body", new JsonObject { ["title"] = "Gato" }).ShouldBe("El recorte de «Gato» está listo.");
        Words.Find("en", "no.such.key").ShouldBeNull();
        Words.Reason("es", "no-such-code").ShouldBe("Algo salió mal.");
    }

    [Theory]
    [InlineData(null, "", "en")]
    [InlineData("es-CO,es;q=0.9,en;q=0.8", "", "es")]
    [InlineData("fr, es;q=0.5", "", "es")]
    [InlineData("de", "", "en")]
    [InlineData("en", "?lang=es", "es")]
    [InlineData("es", "?lang=xx", "es")]
    public void The_language_is_the_one_asked_for_that_there_are_words_in(string? header, string query, string language)
    {
        var http = new DefaultHttpContext();
        if (header is not null) http.Request.Headers.AcceptLanguage = header;
        http.Request.QueryString = new QueryString(query);
        Words.LanguageOf(http.Request).ShouldBe(language);
    }
}
