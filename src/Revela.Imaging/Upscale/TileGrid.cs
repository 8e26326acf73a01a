using Revela.Core.Jobs;
using Revela.Imaging.Models;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Upscale;

/// <summary>
/// How a picture is cut for a network: cores that lie side by side, each given with <see cref="Margin"/> pixels around it. Results fade into
/// each other over twice <see cref="Blend"/> pixels where cores meet; what lies further out is thrown away.
/// </summary>
/// <param name="CoreWidth">Of a core; the last of a row is what is left.</param>
/// <param name="TileWidth">Of what the network is given, the same for all tiles: core and margins, and what makes it a multiple or a fixed size.</param>
sealed record TileGrid(int Width, int Height, int CoreWidth, int CoreHeight, int TileWidth, int TileHeight, int Margin, int Blend)
{
    /// <summary>Beside a border of the picture there is no neighbour to fade into.</summary>
    const int MaxBlend = 8;

    /// <summary>A core is at least so wide that only two tiles ever meet in a place.</summary>
    const int MinCore = 2 * MaxBlend;

    const int LargestCore = 512;

    public int Columns => (Width + CoreWidth - 1) / CoreWidth;
    public int Rows => (Height + CoreHeight - 1) / CoreHeight;

    /// <param name="maxBytes">What one run of the network and the strip of its results may take.</param>
    /// <param name="fixedSize">Height and width of the only tile that the network takes.</param>
    /// <exception cref="StepException">The network's only size leaves nothing between its margins.</exception>
    public static TileGrid Of(int width, int height, EnlargingModel model, long maxBytes, (int Height, int Width)? fixedSize)
    {
        var margin = model.Context;
        var blend = Math.Min(MaxBlend, margin / 2);
        if (fixedSize is { } size)
        {
            if (Math.Min(size.Height, size.Width) - 2 * margin < MinCore)
                throw new StepException($"The model {model.Name} cannot be used: it takes tiles of {size.Width} × {size.Height} only, too small for margins of {margin}.", ErrorCodes.ModelUnusable);
            return new TileGrid(width, height, size.Width - 2 * margin, size.Height - 2 * margin, size.Width, size.Height, margin, blend);
        }
        var side = (int)Math.Sqrt(maxBytes / 2.0 / model.BytesPerPixel) - 2 * margin;
        var rowBytes = (long)width * model.Scale * model.Scale * TileStrip.BytesPerNumber;
        var coreWidth = Even(width, Math.Clamp(side, MinCore, LargestCore));
        var coreHeight = Even(height, (int)Math.Clamp(Math.Min(side, maxBytes / 2 / rowBytes - 2 * blend), MinCore, LargestCore));
        return new TileGrid(width, height, coreWidth, coreHeight,
            RoundUp(coreWidth + 2 * margin, model.Multiple), RoundUp(coreHeight + 2 * margin, model.Multiple), margin, blend);
    }

    /// <summary>Bytes that the network's run and the strip take.</summary>
    public long Bytes(EnlargingModel model) =>
        (long)TileWidth * TileHeight * model.BytesPerPixel + (long)Width * (CoreHeight + 2 * Blend) * model.Scale * model.Scale * TileStrip.BytesPerNumber;

    // The same number of tiles, but none that is mostly margin.
    static int Even(int side, int most)
    {
        var count = (side + most - 1) / most;
        return Math.Max(Math.Min(side, MinCore), (side + count - 1) / count);
    }

    static int RoundUp(int side, int multiple) => (side + multiple - 1) / multiple * multiple;
}
