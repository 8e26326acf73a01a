using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Imaging.Native.Vips;
using Revela.Providers.Fakes;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>The contract with ClipDrop and rembg: the real clients against servers that speak their formats.</summary>
public sealed class CutoutServiceTests
{
    [Theory]
    [InlineData("clipdrop")]
    [InlineData("rembg")]
    public async Task A_cutout_comes_back_as_large_as_the_picture_with_a_word_on_who_made_it(string engine)
    {
        await using var bench = await Bench.Open();
        var made = (await bench.Cutout(engine)).Made();
        made.Engine.ShouldStartWith(engine);
        made.Data!["cutout"]!["engine"]!.GetValue<string>().ShouldBe(made.Engine);
        using var image = Studio.Open(made);
        (image.Width, image.Height, image.Bands).ShouldBe((64, 48, 4));
        Alpha(image, 32, 24).ShouldBe(255);
        Alpha(image, 0, 0).ShouldBe(0);
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_else_the_step_asks_for_is_done_here()
    {
        await using var bench = await Bench.Open();
        using var coloured = Studio.Open((await bench.Cutout("clipdrop", new JsonObject { ["bgcolor"] = "#00ff00" })).Made());
        coloured.Pixels().Take(4).ShouldBe([0, 255, 0, 255]);
        using var mask = Studio.Open((await bench.Cutout("rembg", new JsonObject { ["only_mask"] = true })).Made());
        mask.Bands.ShouldBe(1);
        var cropped = (await bench.Cutout("clipdrop", new JsonObject { ["crop_to_subject"] = true })).Made();
        cropped.Width.ShouldBeLessThan(64);
    }

    [Fact]
    public async Task ClipDrop_takes_what_its_credits_cost_and_says_how_many_are_left()
    {
        await using var bench = await Bench.Open();
        var made = (await bench.Cutout("clipdrop")).Made();
        made.CostUsd.ShouldBe(0.09m);
        made.Data!["cutout"]!["notes"]!["credits_left"]!.GetValue<double>().ShouldBe(999);
        (await bench.Cutout("rembg")).CostUsd.ShouldBe(0);
    }

    [Theory]
    [InlineData("clipdrop", Trouble.BadKey, ErrorCodes.Misconfigured, "clipdrop.key")]
    [InlineData("clipdrop", Trouble.BadRequest, ErrorCodes.OperationFailed, "Bad image")]
    [InlineData("rembg", Trouble.BadRequest, ErrorCodes.OperationFailed, "pattern")]
    public async Task What_will_not_pass_by_itself_fails_at_once_and_says_what_to_mend(string engine, Trouble trouble, string code, string word)
    {
        await using var bench = await Bench.Open();
        Of(bench, engine).Meet(trouble);
        var error = (await bench.Cutout(engine)).Error();
        (error.Code, error.Retryable).ShouldBe((code, false));
        error.Message.ShouldContain(word);
        Of(bench, engine).Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Without_credit_the_job_is_parked_and_tried_again_later()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.ClipDrop.Meet(Trouble.NoCredit);
        var parked = (await bench.Cutout("clipdrop")).Parked();
        parked.Code.ShouldBe(ParkCodes.OutOfCredit);
        parked.Until.ShouldNotBeNull();
        bench.Fakes.ClipDrop.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_long_wait_that_is_asked_for_parks_the_job_until_then()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.ClipDrop.Meet(Trouble.DayQuota);
        var parked = (await bench.Cutout("clipdrop")).Parked();
        parked.Code.ShouldBe(ParkCodes.RateLimited);
        (parked.Until!.Value - TimeProvider.System.GetUtcNow()).ShouldBeGreaterThan(TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task Too_many_calls_wait_as_long_as_is_asked_for_and_then_succeed()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.ClipDrop.Meet(Trouble.RateLimitWithDelay);
        (await bench.Cutout("clipdrop")).Made();
        var calls = bench.Fakes.ClipDrop.Calls;
        calls.Count.ShouldBe(2);
        (calls[1].At - calls[0].At).ShouldBeGreaterThanOrEqualTo(TimeSpan.FromSeconds(1.5));
        calls[1].Id.ShouldBe(calls[0].Id);
        calls.Count(call => call.Charged).ShouldBe(1);
    }

    [Theory]
    [InlineData("clipdrop")]
    [InlineData("rembg")]
    public async Task A_failure_of_the_service_is_tried_again_and_then_waited_out(string engine)
    {
        await using var bench = await Bench.Open();
        Of(bench, engine).Meet(Trouble.ServerError);
        (await bench.Cutout(engine)).Made();
        Of(bench, engine).Weather = () => Trouble.ServerError;
        (await Should.ThrowAsync<OutageException>(() => bench.Cutout(engine))).Error.Code.ShouldBe(ErrorCodes.ServiceUnavailable);
        Of(bench, engine).Calls.Count.ShouldBe(2 + 4);
    }

    [Theory]
    [InlineData(Trouble.Cut)]
    [InlineData(Trouble.Nonsense)]
    [InlineData(Trouble.NoPicture)]
    public async Task A_paid_call_without_an_answer_that_can_be_used_is_never_made_again(Trouble trouble)
    {
        await using var bench = await Bench.Open();
        bench.Fakes.ClipDrop.Meet(trouble);
        var parked = (await bench.Cutout("clipdrop")).Parked();
        (parked.Code, parked.Until).ShouldBe((ParkCodes.PossiblyPaid, null));
        bench.Fakes.ClipDrop.Calls.Count.ShouldBe(1);
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_call_that_gets_no_answer_ends_with_its_time_limit()
    {
        await using var bench = await Bench.Open(options => options with { Clipdrop = options.Clipdrop with { Timeout = TimeSpan.FromSeconds(1) } });
        bench.Fakes.ClipDrop.Meet(Trouble.Silence);
        (await bench.Cutout("clipdrop")).Parked().Code.ShouldBe(ParkCodes.PossiblyPaid);
    }

    [Fact]
    public async Task A_free_call_without_an_answer_that_can_be_used_may_be_made_again()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Rembg.Meet(Trouble.Nonsense);
        var error = (await bench.Cutout("rembg")).Error();
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.ServiceFailed, true));
        bench.Fakes.Rembg.Meet(Trouble.Cut);
        await Should.ThrowAsync<OutageException>(() => bench.Cutout("rembg"));
    }

    [Fact]
    public async Task A_service_that_cannot_be_reached_is_an_outage_and_no_failure_of_the_picture()
    {
        await using var bench = await Bench.Open(options => options with { Rembg = options.Rembg with { Endpoint = "http://127.0.0.1:1" } });
        (await Should.ThrowAsync<OutageException>(() => bench.Cutout("rembg"))).Error.Code.ShouldBe(ErrorCodes.ServiceUnavailable);
    }

    [Fact]
    public async Task A_service_that_is_not_set_up_says_which_setting_is_missing()
    {
        await using var bench = await Bench.Open(options => new(new(), new(), new(), new(), new()));
        (await bench.Cutout("clipdrop")).Error().Message.ShouldContain("REVELA_CLIPDROP_KEY");
        (await bench.Cutout("rembg")).Error().Message.ShouldContain("REVELA_REMBG_ENDPOINT");
        (await bench.Restyle("anything")).Error().Message.ShouldContain("REVELA_GEMINI_KEY");
        (await bench.Restyle("anything")).Error().Code.ShouldBe(ErrorCodes.EngineUnavailable);
    }

    [Fact]
    public async Task Pictures_that_are_larger_than_the_service_takes_are_sent_smaller()
    {
        await using var bench = await Bench.Open();
        var made = (await bench.Cutout("clipdrop", picture: PaintedPng.Disc(5200, 5000, transparent: false))).Made();
        ((long)made.Width * made.Height).ShouldBeInRange(24_900_000, 25_000_000);
    }

    [Fact]
    public async Task ClipDrop_makes_a_picture_as_large_as_the_step_asks_and_no_larger_than_it_can()
    {
        await using var bench = await Bench.Open();
        var made = (await bench.Upscale(new JsonObject { ["factor"] = 3 })).Made();
        (made.Width, made.Height, made.Engine, made.CostUsd).ShouldBe((192, 144, "clipdrop-1", 0.09m));
        var error = (await bench.Upscale(new JsonObject { ["width"] = 5000 })).Error();
        (error.Code, error.Message.Contains("4096")).ShouldBe((ErrorCodes.EngineUnavailable, true));
        (await Should.ThrowAsync<RevelaException>(() => bench.Upscale(new JsonObject { ["width"] = 10 }))).Error.Code.ShouldBe(ErrorCodes.InvalidOptions);
        bench.Fakes.ClipDrop.Calls.Single().Path.ShouldBe("/image-upscaling/v1/upscale");
    }

    static FakeService Of(Bench bench, string engine) => engine == "clipdrop" ? bench.Fakes.ClipDrop : bench.Fakes.Rembg;

    static int Alpha(VipsImage image, int x, int y) => image.Pixels()[(y * image.Width + x) * 4 + 3];
}
