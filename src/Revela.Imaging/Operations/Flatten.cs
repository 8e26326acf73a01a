using System.ComponentModel;
using Revela.Imaging.Operations.Binding;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Lays the picture on a colour, so that nothing is transparent any more.</summary>
public sealed class Flatten : Operation<Flatten.Options>
{
    public sealed record Options
    {
        [Description("The colour under transparent parts; its own transparency counts for nothing.")]
        public Colour Background { get; init; } = Colour.White;
    }

    public override string Name => "flatten";
    public override string Summary => "Lays a transparent picture on a colour.";

    protected override void Apply(Picture picture, Options options) => picture.Each(frame => VipsOps.Flat(frame, options.Background));
}
