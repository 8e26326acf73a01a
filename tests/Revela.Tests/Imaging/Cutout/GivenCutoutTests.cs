using System.Text.Json.Nodes;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Cutout;

public sealed class GivenCutoutTests : IDisposable
{
    readonly Studio studio = new();

    public void Dispose() => studio.Dispose();

    [Fact]
    public async Task The_pictures_own_transparency_and_colours_stay_as_they_are()
    {
        byte[] pixels = [200, 100, 50, 255, 200, 100, 50, 128, 10, 20, 30, 3, 0, 0, 0, 0];
        using var image = VipsImage.Of(pixels, 2, 2, 4);
        using var cut = Studio.Open((await Run(image, new Step("remove-background", [], "given"))).ShouldBeOfType<StepOutcome.Developed>());
        cut.Pixels().ShouldBe(pixels);
    }

    [Fact]
    public async Task A_picture_without_transparency_was_not_cut_out() =>
        (await Refused(new Step("remove-background", [], "given"))).ShouldBe(ErrorCodes.NoClearSubject);

    [Theory]
    [InlineData("remove-background", "clipdrop")]
    [InlineData("remove-background", "rembg")]
    [InlineData("restyle", "gemini")]
    public async Task Where_pixels_are_developed_no_service_is_called(string operation, string engine) =>
        (await Refused(new Step(operation, operation == "restyle" ? new JsonObject { ["prompt"] = "anything" } : [], engine))).ShouldBe(ErrorCodes.EngineUnavailable);

    [Fact]
    public void Workers_from_afar_have_no_service_on_offer()
    {
        var offers = Offer.Of(Studio.Catalog);
        offers.ShouldContain("remove-background");
        offers.ShouldContain("remove-background:classic");
        foreach (var outside in (string[])["remove-background:clipdrop", "remove-background:rembg", "restyle", "restyle:gemini"]) offers.ShouldNotContain(outside);
    }

    async Task<string> Refused(Step step)
    {
        using var image = VipsImage.Of(new byte[12], 2, 2, 3);
        return (await Run(image, step)).ShouldBeOfType<StepOutcome.Failed>().Error.Error.Code;
    }

    Task<StepOutcome> Run(VipsImage image, Step step)
    {
        var run = new StepRun([step], studio.Write(image, "in.png"), studio.File("out"), "image/png", 512, studio.Limits, null);
        return new InProcessRunner(Studio.Catalog, TimeProvider.System).Run(run, new Progress<StepProgress>(), CancellationToken.None);
    }
}
