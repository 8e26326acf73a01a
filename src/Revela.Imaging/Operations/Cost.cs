using Revela.Core.Assets;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Peak memory of a run from the image's header alone (law 8), on the safe side.</summary>
static class Cost
{
    // The loaded libraries and their small buffers.
    const long Fixed = 24L << 20;

    public static Shape ShapeOf(ImageHeader header) => new(header.Width, header.Height, header.Frames, header.Channels, Math.Max(1, header.BitsPerChannel / 8));

    public static int Megabytes(IReadOnlyList<BoundStep> steps, ImageHeader header)
    {
        var shape = ShapeOf(header);
        // A progressive JPEG is held whole as coefficients of two bytes, which the header does not show.
        var input = shape.Memory * (header.ContentType == Formats.Jpeg.ContentType ? 2 : 1);
        var peak = 0L;
        try
        {
            foreach (var step in steps)
            {
                peak = Math.Max(peak, step.Operation.ExtraBytes(shape, step.Options, step.Engine));
                shape = step.Operation.After(shape, step.Options);
                peak = Math.Max(peak, shape.Memory);
            }
        }
        catch (StepException)
        {
            // The run will say so itself; it needs no more than what came before.
        }
        return (int)Math.Min(int.MaxValue, (Fixed + input + peak) >> 20);
    }
}
