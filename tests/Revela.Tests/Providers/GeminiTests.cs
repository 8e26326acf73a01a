using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Providers;
using Revela.Providers.Fakes;
using Revela.Providers.Gemini;
using Revela.Tests.App;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>The contract with Gemini: the real client against a server that speaks its format.</summary>
public sealed class GeminiTests
{
    [Fact]
    public async Task A_picture_is_painted_anew_at_the_price_of_its_size_and_drafts_are_passed_over()
    {
        await using var bench = await Bench.Open();
        var made = (await bench.Restyle("A studio photo of {name}", new JsonObject { ["name"] = "a chair" })).Made();
        (made.ContentType, made.Width, made.Height).ShouldBe(("image/png", 512, 512));
        made.Engine.ShouldBe("gemini-3.1-flash-image");
        made.CostUsd.ShouldBe(0.045m);
        made.Data!["restyle"]!["cost_usd"]!.GetValue<decimal>().ShouldBe(0.045m);
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task References_are_sent_with_the_picture_if_they_are_the_tenants_own()
    {
        await using var bench = await Bench.Open();
        var (ours, theirs) = (await bench.Keep(Pictures.New(40, 30)), await bench.Keep(Pictures.New(40, 30), "other"));
        (await bench.Restyle("like these", references: [ours, ours])).Made();
        bench.Fakes.Gemini.Calls.Single().Pictures.ShouldBe(3);
        foreach (var wrong in (Guid[])[theirs, Guid.NewGuid()]) (await bench.Restyle("like these", references: wrong)).Error().Code.ShouldBe(ErrorCodes.InputGone);
        bench.Fakes.Gemini.Calls.Count.ShouldBe(1);
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_field_that_the_metadata_does_not_have_is_named_and_nothing_is_paid()
    {
        await using var bench = await Bench.Open();
        (await bench.Restyle("A photo of {name}, {unit}", new JsonObject { ["name"] = "milk" })).Error().Message.ShouldContain("{unit}");
        bench.Fakes.Gemini.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_size_that_the_model_does_not_make_is_refused_before_it_is_paid()
    {
        await using var bench = await Bench.Open(options => options with { Gemini = options.Gemini with { Model = "gemini-3-pro-image" } });
        (await bench.Restyle("anything", size: "512")).Error().Message.ShouldContain("1K, 2K, 4K");
        bench.Fakes.Gemini.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Trouble.Refusal, ErrorCodes.Refused, "I cannot paint that.", false)]
    [InlineData(Trouble.BadKey, ErrorCodes.Misconfigured, "gemini.key", false)]
    [InlineData(Trouble.UnknownModel, ErrorCodes.Misconfigured, "gemini.model", false)]
    [InlineData(Trouble.BadRequest, ErrorCodes.OperationFailed, "invalid argument", false)]
    [InlineData(Trouble.NoPicture, ErrorCodes.ServiceFailed, "NO_IMAGE", true)]
    public async Task Each_kind_of_no_has_its_code_and_its_words(Trouble trouble, string code, string word, bool retryable)
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Meet(trouble);
        var error = (await bench.Restyle("anything")).Error();
        (error.Code, error.Retryable).ShouldBe((code, retryable));
        error.Message.ShouldContain(word);
        bench.Fakes.Gemini.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_delay_is_kept_to_the_fraction_and_then_the_call_is_made_again()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Meet(Trouble.RateLimitWithDelay);
        (await bench.Restyle("anything")).Made();
        var calls = bench.Fakes.Gemini.Calls;
        calls.Count.ShouldBe(2);
        (calls[1].At - calls[0].At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.5));
    }

    [Fact]
    public async Task A_delay_of_one_and_a_half_seconds_is_over_before_two()
    {
        var time = new ManualTime();
        // Without a time limit the only timer is that of the wait.
        await using var bench = await Bench.Open(options => options with { Gemini = options.Gemini with { Timeout = Timeout.InfiniteTimeSpan } }, time);
        bench.Fakes.Gemini.Meet(Trouble.RateLimitWithDelay);
        var asked = bench.Restyle("anything");
        await time.UntilTimers(1);
        time.Advance(TimeSpan.FromSeconds(1.499));
        bench.Fakes.Gemini.Calls.Count.ShouldBe(1);
        time.Advance(TimeSpan.FromSeconds(0.5));
        (await asked).Made();
        bench.Fakes.Gemini.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task The_quota_of_the_day_parks_until_midnight_in_California()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Meet(Trouble.DayQuota);
        var parked = (await bench.Restyle("anything")).Parked();
        parked.Code.ShouldBe(ParkCodes.Quota);
        parked.Until!.Value.TimeOfDay.ShouldBe(TimeSpan.FromHours(8));
        (parked.Until.Value - TimeProvider.System.GetUtcNow()).ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromDays(1));
        bench.Fakes.Gemini.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData(Trouble.Cut)]
    [InlineData(Trouble.Nonsense)]
    public async Task A_paid_answer_that_is_lost_or_broken_is_left_to_a_person(Trouble trouble)
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Meet(trouble);
        var outcome = await bench.Restyle("anything");
        outcome.Parked().Code.ShouldBe(ParkCodes.PossiblyPaid);
        bench.Fakes.Gemini.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task An_overloaded_model_is_waited_out()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Gemini.Weather = () => Trouble.ServerError;
        (await Should.ThrowAsync<OutageException>(() => bench.Restyle("anything"))).Error.Message.ShouldContain("overloaded");
    }

    [Fact]
    public void A_model_that_was_shut_down_is_told_at_the_start() =>
        new GeminiOptions { Model = "gemini-2.5-flash-image" }.Mistakes().ShouldHaveSingleItem().ShouldContain("2 October 2026");

    [Theory]
    [InlineData("""{"promptFeedback":{"blockReason":"PROHIBITED_CONTENT"}}""", typeof(ServiceAnswer.Refused))]
    [InlineData("""{"candidates":[{"finishReason":"IMAGE_RECITATION","content":{"parts":[]}}]}""", typeof(ServiceAnswer.Refused))]
    [InlineData("""{"candidates":[{"finishReason":"MAX_TOKENS"}]}""", typeof(ServiceAnswer.Unfit))]
    [InlineData("""{"candidates":[{"finishReason":"IMAGE_OTHER"}]}""", typeof(ServiceAnswer.Empty))]
    [InlineData("""{"candidates":[{"finishReason":"STOP","content":{"parts":[{"text":"No."}]}}]}""", typeof(ServiceAnswer.Empty))]
    [InlineData("""{"candidates":[{"content":{"parts":[{"thought":true,"inlineData":{"data":"AAAA"}}]}}]}""", typeof(ServiceAnswer.Empty))]
    [InlineData("""{"candidates":[{"content":{"parts":[{"inlineData":{"data":"%%%"}}]}}]}""", typeof(ServiceAnswer.Broken))]
    [InlineData("""{"candidates":[]}""", typeof(ServiceAnswer.Empty))]
    [InlineData("""{"candidates":"what"}""", typeof(ServiceAnswer.Empty))]
    [InlineData("[]", typeof(ServiceAnswer.Empty))]
    public async Task Replies_are_judged_by_their_reasons(string json, Type answer)
    {
        using var parsed = JsonDocument.Parse(json);
        (await GeminiReply.Judge(parsed.RootElement, Path.GetTempFileName(), "model", 1, CancellationToken.None)).ShouldBeOfType(answer);
    }

    [Fact]
    public void Errors_without_details_or_without_json_are_judged_by_their_status()
    {
        var options = new GeminiOptions { Key = "secret-key" };
        var now = new DateTimeOffset(2026, 11, 20, 7, 0, 0, TimeSpan.Zero);
        ServiceAnswer Judge(int status, string? json) => GeminiErrors.Judge(status, json is null ? null : JsonDocument.Parse(json).RootElement, options, TimeSpan.FromSeconds(3), now);
        Judge(429, null).ShouldBe(new ServiceAnswer.RateLimited(TimeSpan.FromSeconds(3)));
        Judge(429, """{"error":{"details":[{"retryDelay":"34.25s"}]}}""").ShouldBe(new ServiceAnswer.RateLimited(TimeSpan.FromSeconds(34.25)));
        Judge(429, """{"error":{"details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProject"}]}]}}""")
            .ShouldBeOfType<ServiceAnswer.QuotaSpent>().Until.ShouldBe(new DateTimeOffset(2026, 11, 20, 8, 0, 0, TimeSpan.Zero));
        Judge(503, "[]").ShouldBeOfType<ServiceAnswer.Away>();
        Judge(401, """{"error":{"message":"the key secret-key is wrong"}}""").ShouldBeOfType<ServiceAnswer.Misconfigured>().Reason.ShouldNotContain("secret-key");
    }
}
