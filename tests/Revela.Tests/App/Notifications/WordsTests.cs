using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Revela.App.Notifications;
using Revela.Core.Jobs;
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

    [Fact]
    public void One_of_something_is_told_in_words_of_its_own()
    {
        Words.Find("en", "told.bulk.retry", new JsonObject { ["about"] = "1" }).ShouldBe("1 job goes on.");
        Words.Find("en", "told.bulk.retry", new JsonObject { ["about"] = "21" }).ShouldBe("21 jobs go on.");
        Words.Find("en", "told.queue.paused", new JsonObject { ["about"] = "1" })!.ShouldStartWith("1 is paused");
    }

    [Theory]
    [InlineData(ErrorCodes.BrokenImage), InlineData(ErrorCodes.ChildUnavailable), InlineData(ErrorCodes.Crashed), InlineData(ErrorCodes.EmptyInput), InlineData(ErrorCodes.EngineUnavailable)]
    [InlineData(ErrorCodes.InputGone), InlineData(ErrorCodes.Internal), InlineData(ErrorCodes.Lost), InlineData(ErrorCodes.Misconfigured), InlineData(ErrorCodes.ModelMissing)]
    [InlineData(ErrorCodes.ModelUnusable), InlineData(ErrorCodes.NoClearSubject), InlineData(ErrorCodes.OperationFailed), InlineData(ErrorCodes.OutputTooLarge), InlineData(ErrorCodes.Quarantined)]
    [InlineData(ErrorCodes.Refused), InlineData(ErrorCodes.ServiceFailed), InlineData(ErrorCodes.ServiceUnavailable), InlineData(ErrorCodes.StorageUnavailable), InlineData(ErrorCodes.StoreUnavailable)]
    [InlineData(ErrorCodes.TimedOut), InlineData(ErrorCodes.TooLarge), InlineData(ErrorCodes.TooManyFrames), InlineData(ErrorCodes.TooManyPixels), InlineData(ErrorCodes.UnsupportedFormat)]
    public void Whatever_fails_a_job_is_told_in_plain_words_with_what_to_do(string code)
    {
        foreach (var language in (string[])[Words.English, Words.Spanish])
        {
            Words.Reason(language, code).ShouldNotBe(Words.Reason(language, "other"));
            Words.Find(language, $"advice.{code}").ShouldNotBeNull();
        }
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
