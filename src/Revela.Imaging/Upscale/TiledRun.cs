using Revela.Imaging.Models;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Upscale;

/// <summary>Runs a network over a picture tile by tile, as rows of the enlarged picture are asked for. Beyond its borders the picture is mirrored.</summary>
sealed class TiledRun : IDisposable
{
    readonly FramePixels picture;
    readonly EnlargingModel model;
    readonly Network network;
    readonly TileGrid grid;
    readonly TileStrip strip;
    readonly RunContext context;
    readonly float[] planes;
    int tileRow = -1;

    public TiledRun(FramePixels picture, EnlargingModel model, Network network, TileGrid grid, RunContext context)
    {
        (this.picture, this.model, this.network, this.grid, this.context) = (picture, model, network, grid, context);
        strip = new TileStrip(grid, model.Scale);
        planes = new float[3 * grid.TileWidth * grid.TileHeight];
    }

    public int Width => picture.Width * model.Scale;
    public int Height => picture.Height * model.Scale;

    /// <summary>Rows are asked for from top to bottom.</summary>
    public void Row(int y, Span<float> row)
    {
        while (tileRow < 0 || y >= strip.FinalBelow(tileRow)) RunTiles(++tileRow);
        strip.Read(y, row);
    }

    public void Dispose() => strip.Dispose();

    void RunTiles(int row)
    {
        strip.Begin(row);
        for (var column = 0; column < grid.Columns; column++)
        {
            context.Cancel.ThrowIfCancellationRequested();
            context.Report((double)(row * grid.Columns + column) / (grid.Rows * grid.Columns));
            Cut(column, row);
            var output = network.Run(planes, grid.TileHeight, grid.TileWidth);
            if (output.Shape is not [1, 3, var height, var width] || height != grid.TileHeight * model.Scale || width != grid.TileWidth * model.Scale)
                throw network.Unexpected(output, $"[1, 3, {grid.TileHeight * model.Scale}, {grid.TileWidth * model.Scale}]");
            strip.Add(column, row, output.Values);
        }
    }

    void Cut(int column, int row)
    {
        var (left, top) = (column * grid.CoreWidth - grid.Margin, row * grid.CoreHeight - grid.Margin);
        var at = 0;
        for (var band = 0; band < 3; band++)
            for (var y = 0; y < grid.TileHeight; y++)
            {
                var from = Mirrored(top + y, picture.Height);
                for (var x = 0; x < grid.TileWidth; x++) planes[at++] = picture.Colour(Mirrored(left + x, picture.Width), from, band);
            }
    }

    static int Mirrored(int place, int count)
    {
        if (count == 1) return 0;
        var period = 2 * (count - 1);
        var inside = (place % period + period) % period;
        return inside < count ? inside : period - inside;
    }
}
