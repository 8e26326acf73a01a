using System.ComponentModel;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Mirrors the picture.</summary>
public sealed class Flip : Operation<Flip.Options>
{
    public enum Direction { Horizontal, Vertical }

    public sealed record Options
    {
        [Description("Horizontal swaps left and right, vertical swaps top and bottom.")]
        public Direction Direction { get; init; }
    }

    public override string Name => "flip";
    public override string Summary => "Mirrors the picture, left to right or top to bottom.";

    protected override long ExtraBytes(Shape before, Options options) => options.Direction == Direction.Vertical ? before.Memory : 0;

    protected override void Apply(Picture picture, Options options)
    {
        if (options.Direction == Direction.Vertical) picture.ToMemory();
        var direction = options.Direction == Direction.Vertical ? "vertical" : "horizontal";
        picture.Each(frame => VipsOperation.Call("flip", ("in", frame), ("direction", direction)));
    }
}
