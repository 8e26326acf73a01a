using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Native.Vips;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Onnx;

/// <summary><c>upscale</c> by networks, made here and put where the published ones would be.</summary>
public sealed class OnnxUpscaleTests : IDisposable
{
    readonly Studio studio = new();

    /// <summary>By name and scale: each of the table.</summary>
    [SkippableTheory]
    [InlineData("realesr-general-x4v3", 4)]
    [InlineData("realesr-general-wdn-x4v3", 4)]
    [InlineData("realesr-animevideov3", 4)]
    [InlineData("realesrgan-x4plus", 4)]
    [InlineData("realesrnet-x4plus", 4)]
    [InlineData("realesrgan-x2plus", 2)]
    [InlineData("realesrgan-x4plus-anime-6b", 4)]
    public async Task A_picture_comes_out_as_plain_computation_says(string model, int scale)
    {
        const int width = 53, height = 37;
        var (network, weights) = Families.Enlarging(scale);
        await Darkroom.Install(model, network);
        using var picture = Deep(width, height);
        var result = await studio.Develop(studio.Write(picture, "in.png"), $"upscale:engine=onnx,factor={scale},model={model}");

        result.Engine.ShouldMatch($@"^onnx-{model}-[0-9a-f]{{12}} \(ONNX Runtime 1\.\d+\.\d+, CPUExecutionProvider\)$");
        using var opened = Studio.Open(result);
        var numbers = MemoryMarshal.Cast<byte, ushort>(opened.Pixels()).ToArray();
        var expected = Expected(Planes(picture), width, height, weights, scale);
        numbers.Length.ShouldBe(expected.Length);
        for (var i = 0; i < numbers.Length; i++) (numbers[i] / 65535.0).ShouldBe(expected[i], 1e-4);
    }

    [SkippableFact]
    public async Task Tiled_is_the_same_as_whole()
    {
        await Darkroom.Install("realesr-general-wdn-x4v3", Families.Enlarging(4, seed: 9).Network);
        using var small = Studio.Open(await Develop(tileMegabytes: 64));
        using var whole = Studio.Open(await Develop(tileMegabytes: 8000));
        var (a, b) = (MemoryMarshal.Cast<byte, ushort>(small.Pixels()).ToArray(), MemoryMarshal.Cast<byte, ushort>(whole.Pixels()).ToArray());
        a.Length.ShouldBe(4 * 300 * 4 * 200 * 3);
        a.Zip(b, (one, other) => Math.Abs(one - other)).Max().ShouldBeLessThan(65535 / 255);
    }

    // In a child of its own, whose settings say how large a tile may be.
    async Task<StepOutcome.Developed> Develop(int tileMegabytes)
    {
        using var picture = Deep(300, 200);
        var variables = (Darkroom.Inference.Options with { TileMegabytes = tileMegabytes }).Variables();
        await using var pool = new ChildPool(Isolation.Children.Program with { Variables = [.. variables] }, new ChildPoolOptions(), TimeProvider.System, NullLogger<ChildPool>.Instance);
        var step = new Step("upscale", new JsonObject { ["factor"] = 4, ["model"] = "realesr-general-wdn-x4v3" }, Engine: "onnx");
        var progress = new List<double>();
        var run = new StepRun([step], studio.Write(picture, "tiles.png"), studio.File($"tiles-{tileMegabytes}"), "image/png", 9000, new ImageLimits(), null);
        var outcome = await pool.Run(run, new Immediate(progress), default);
        progress.ShouldBe(progress.Order());
        return outcome.ShouldBeOfType<StepOutcome.Developed>();
    }

    [SkippableFact]
    public async Task The_size_is_exact_whatever_the_networks_scale_and_alpha_goes_its_own_way()
    {
        await Darkroom.Install("realesr-general-x4v3", Repeating(4));
        var path = studio.Write(Pictures.Gradient(40, 30, alpha: true), "in.png");
        foreach (var (step, width, height) in (ReadOnlySpan<(string, int, int)>)[("factor=4", 160, 120), ("factor=2.5", 100, 75), ("width=333,height=200", 333, 200), ("factor=1", 40, 30)])
        {
            using var opened = Studio.Open(studio.Develop(path, $"upscale:engine=onnx,{step}").GetAwaiter().GetResult());
            (opened.Width, opened.Height, opened.Bands).ShouldBe((width, height, 4));
            var alphas = opened.Pixels().Where((_, i) => i % 4 == 3).Take(width).ToArray();
            alphas.ShouldBe(alphas.Order());
            ((int)alphas[0], (int)alphas[^1]).ShouldBe((0, 255));
        }
    }

    [SkippableFact]
    public async Task Grey_stays_grey()
    {
        await Darkroom.Install("realesr-general-x4v3", Repeating(4));
        using var gray = VipsOperation.Call("colourspace", ("in", Pictures.Gradient(20, 20)), ("space", "b-w"));
        using var before = gray.ToMemory();
        using var opened = Studio.Open(await studio.Develop(studio.Write(gray, "gray.png"), "upscale:engine=onnx,factor=4"));
        opened.Bands.ShouldBe(1);
        Pictures.At(opened, 41, 42).ShouldBe(Pictures.At(before, 10, 10));
    }

    [SkippableFact]
    public async Task A_network_of_one_size_is_given_that_size()
    {
        var net = new Net(height: 96, width: 96);
        await Darkroom.Install("realesrgan-x4plus", net.Give(net.Repeat(net.Input, 4)));
        using var picture = Pictures.Gradient(150, 110);
        using var opened = Studio.Open(await studio.Develop(studio.Write(picture, "in.png"), "upscale:engine=onnx,model=realesrgan-x4plus,factor=4"));
        for (var at = 0; at < 110; at += 7) Pictures.At(opened, 4 * at + 2, 4 * at + 1).ShouldBeNear(Pictures.At(picture, at, at), 1);
    }

    [SkippableFact]
    public async Task A_network_that_does_something_else_is_unusable_and_says_why()
    {
        var net = new Net();
        await Darkroom.Install("realesrnet-x4plus", net.Give(net.Relu(net.Input)));
        var error = await studio.Fail(studio.Write(Pictures.Gradient(20, 20), "in.png"), "upscale:engine=onnx,model=realesrnet-x4plus");
        (error.Code, error.Retryable).ShouldBe((ErrorCodes.ModelUnusable, false));
        error.Message.ShouldContain("[1, 3, 52, 52] where [1, 3, 208, 208] was expected");

        await Darkroom.Install("realesrnet-x4plus", "nonsense"u8.ToArray());
        error = await studio.Fail(studio.File("in.png"), "upscale:engine=onnx,model=realesrnet-x4plus");
        error.Code.ShouldBe(ErrorCodes.ModelUnusable);
        error.Message.ShouldNotContain(Darkroom.Inference.Folder.Folder);
    }

    /// <summary>Three by three, then as many pixels of each as the scale says.</summary>
    static byte[] Repeating(int scale)
    {
        var net = new Net();
        return net.Give(net.Repeat(net.Input, scale));
    }

    static VipsImage Deep(int width, int height)
    {
        using var eight = Pictures.Gradient(width, height);
        using var deep = VipsOperation.Call("colourspace", ("in", eight), ("space", "rgb16"));
        return deep.ToMemory();
    }

    /// <summary>Mirrored by one pixel on each side, as the network's filter sees it.</summary>
    static float[] Planes(VipsImage picture)
    {
        var (width, height) = (picture.Width, picture.Height);
        var pixels = MemoryMarshal.Cast<byte, ushort>(picture.Pixels()).ToArray();
        var planes = new float[3 * (width + 2) * (height + 2)];
        for (var band = 0; band < 3; band++)
            for (var y = -1; y <= height; y++)
                for (var x = -1; x <= width; x++)
                    planes[(band * (height + 2) + y + 1) * (width + 2) + x + 1] = pixels[(Inside(y, height) * width + Inside(x, width)) * 3 + band] / 65535f;
        return planes;
    }

    static int Inside(int place, int count) => place < 0 ? -place : place >= count ? 2 * count - 2 - place : place;

    static double[] Expected(float[] planes, int width, int height, float[,,,] weights, int scale)
    {
        var (w, h) = (width + 2, height + 2);
        var filtered = Numbers.Convolve(planes, 3, h, w, weights, [.. Enumerable.Repeat(0.5f, 3 * scale * scale)]);
        var result = new double[width * scale * height * scale * 3];
        for (var y = 0; y < height * scale; y++)
            for (var x = 0; x < width * scale; x++)
                for (var band = 0; band < 3; band++)
                {
                    var channel = (band * scale + y % scale) * scale + x % scale;
                    result[(y * width * scale + x) * 3 + band] = Math.Clamp(filtered[(channel * h + y / scale + 1) * w + x / scale + 1], 0, 1);
                }
        return result;
    }

    sealed class Immediate(List<double> seen) : IProgress<StepProgress>
    {
        public void Report(StepProgress value) => seen.Add(value.Fraction);
    }

    public void Dispose() => studio.Dispose();
}
