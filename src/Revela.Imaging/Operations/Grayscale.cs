using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Grey by BT.601 luma for every format; alpha is kept.</summary>
public sealed class Grayscale : Operation<Grayscale.Options>
{
    public sealed record Options;

    public override string Name => "grayscale";
    public override string Summary => "Turns the picture grey (BT.601 luma); transparency is kept.";

    protected override Shape After(Shape before, Options options) => before with { Bands = before.Bands is 2 or 4 ? 2 : 1 };

    protected override void Apply(Picture picture, Options options) => picture.Each(WorkingColour.ToGray);
}
