using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Gaussian blur with weighed alpha.</summary>
public sealed class Blur : Operation<Blur.Options>
{
    public sealed record Options
    {
        [Description("Standard deviation in pixels."), Range(0.3, 100d)]
        public double Sigma { get; init; } = 3;
    }

    // Beyond this, libvips' stack of box filters costs the same for each sigma and cannot be told from the true curve.
    const double LargeSigma = 10;

    public override string Name => "blur";
    public override string Summary => "Blurs the picture (Gaussian).";

    protected override void Apply(Picture picture, Options options) => picture.Each(frame => VipsOps.Premultiplied(frame, i => VipsOperation.Call(
        "gaussblur", ("in", i), ("sigma", options.Sigma), ("min-ampl", 0.1), ("precision", options.Sigma > LargeSigma ? "approximate" : "integer"))));
}
