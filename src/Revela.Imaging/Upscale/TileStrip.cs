using System.Runtime.InteropServices;

namespace Revela.Imaging.Upscale;

/// <summary>Results of one row of tiles, faded into each other and into the row of tiles above.</summary>
sealed unsafe class TileStrip : IDisposable
{
    const int Numbers = 3;

    /// <summary>Of all colours of a pixel.</summary>
    public const int BytesPerNumber = Numbers * sizeof(float);

    readonly TileGrid grid;
    readonly int scale, width;
    readonly float* sums;
    int top;

    public TileStrip(TileGrid grid, int scale)
    {
        (this.grid, this.scale, width) = (grid, scale, grid.Width * scale);
        sums = (float*)NativeMemory.AllocZeroed((nuint)width * (nuint)Height, BytesPerNumber);
    }

    int Height => (grid.CoreHeight + 2 * grid.Blend) * scale;

    /// <summary>Makes room for this row of tiles; keeps of the one before what the new one fades into.</summary>
    public void Begin(int row)
    {
        var next = Math.Max(0, row * grid.CoreHeight - grid.Blend) * scale;
        var kept = Math.Max(0, top + Height - next);
        if (row > 0)
        {
            NativeMemory.Copy(Row(next), sums, (nuint)kept * (nuint)width * BytesPerNumber);
            new Span<byte>((byte*)sums + (long)kept * width * BytesPerNumber, checked((int)((long)(Height - kept) * width * BytesPerNumber))).Clear();
        }
        top = next;
    }

    /// <param name="planes">What the network gave: three planes of the tile's size times the scale.</param>
    public void Add(int column, int row, ReadOnlySpan<float> planes)
    {
        var (tileWidth, tileHeight) = (grid.TileWidth * scale, grid.TileHeight * scale);
        var (left, right, across) = Reach(column, grid.Columns, grid.CoreWidth, grid.Width);
        var (above, below, down) = Reach(row, grid.Rows, grid.CoreHeight, grid.Height);
        var (originX, originY) = ((column * grid.CoreWidth - grid.Margin) * scale, (row * grid.CoreHeight - grid.Margin) * scale);
        for (var y = above; y < below; y++)
        {
            var to = Row(y) + (long)left * Numbers;
            var from = (long)(y - originY) * tileWidth + left - originX;
            for (var x = left; x < right; x++, from++, to += Numbers)
            {
                var weight = across[x - left] * down[y - above];
                for (var band = 0; band < Numbers; band++) to[band] += weight * planes[(int)(from + (long)band * tileWidth * tileHeight)];
            }
        }
    }

    /// <summary>One row of the enlarged picture, as four numbers a pixel, the last unused.</summary>
    public void Read(int y, Span<float> row)
    {
        var from = Row(y);
        for (var x = 0; x < width; x++, from += Numbers)
            for (var band = 0; band < Numbers; band++) row[x * 4 + band] = Math.Clamp(from[band], 0, 1);
    }

    /// <summary>The first row that later tiles still change, once this row of tiles is in.</summary>
    public int FinalBelow(int row) => row == grid.Rows - 1 ? grid.Height * scale : ((row + 1) * grid.CoreHeight - grid.Blend) * scale;

    public void Dispose() => NativeMemory.Free(sums);

    float* Row(int y) => sums + (long)(y - top) * width * Numbers;

    // Where a core's result counts along one line, and how much: all within, less and less over the seam, where its neighbour makes up the rest.
    (int From, int To, float[] Weights) Reach(int index, int count, int core, int all)
    {
        var (begin, end) = (index * core, Math.Min(all, (index + 1) * core));
        var from = (index == 0 ? 0 : begin - grid.Blend) * scale;
        var to = (index == count - 1 ? all : Math.Min(all, end + grid.Blend)) * scale;
        var seam = 2f * grid.Blend * scale;
        var weights = new float[to - from];
        for (var i = 0; i < weights.Length; i++)
        {
            var place = from + i + 0.5f;
            var rise = index == 0 ? 1 : Math.Clamp((place - (begin - grid.Blend) * scale) / seam, 0, 1);
            var fall = index == count - 1 ? 1 : Math.Clamp(((end + grid.Blend) * scale - place) / seam, 0, 1);
            weights[i] = Math.Min(rise, fall);
        }
        return (from, to, weights);
    }
}
