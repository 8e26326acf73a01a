using Revela.Core.Assets;

namespace Revela.Imaging.Header;

/// <summary>GIF: the logical screen and every image descriptor (GIF89a).</summary>
static class GifHeader
{
    /// <summary>Sub-blocks walked in all: 50 MB in blocks of 255 bytes take 200,000.</summary>
    const int MaxSubBlocks = 400_000;
    const int ImageDescriptor = 0x2C, Extension = 0x21;

    public static bool Is(UntrustedBytes bytes) => bytes.StartsWith(0, "GIF87a"u8) || bytes.StartsWith(0, "GIF89a"u8);

    public static ImageHeader Read(UntrustedBytes bytes)
    {
        var walk = new Walk(bytes) { At = 13 + ColourTable(bytes.U8(10)) };
        int width = bytes.U16(6, little: true), height = bytes.U16(8, little: true), frames = 0;

        while (frames < HeaderReader.MaxParts && bytes.Has(walk.At, 1))
        {
            var block = bytes.U8(walk.At);
            if (block == Extension) walk.SkipExtension();
            else if (block == ImageDescriptor && bytes.Has(walk.At, 10))
            {
                if (frames++ == 0) Grow(bytes, walk.At, ref width, ref height);
                walk.SkipImage();
            }
            else break;
        }
        if (frames == 0) throw HeaderReader.Broken("the GIF holds no picture");
        return new ImageHeader("image/gif", width, height, frames, Channels: 4, BitsPerChannel: 8);
    }

    /// <summary>A first frame that reaches beyond the screen enlarges it, as decoders do.</summary>
    static void Grow(UntrustedBytes bytes, long descriptor, ref int width, ref int height)
    {
        int left = bytes.U16(descriptor + 1, little: true), top = bytes.U16(descriptor + 3, little: true);
        width = Math.Max(width, left + bytes.U16(descriptor + 5, little: true));
        height = Math.Max(height, top + bytes.U16(descriptor + 7, little: true));
    }

    static int ColourTable(byte flags) => (flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1;

    sealed class Walk(UntrustedBytes bytes)
    {
        int subBlocks;

        public long At { get; set; }

        public void SkipExtension()
        {
            At += 2;
            SkipSubBlocks();
        }

        public void SkipImage()
        {
            At += 11 + ColourTable(bytes.U8(At + 9));
            SkipSubBlocks();
        }

        void SkipSubBlocks()
        {
            while (bytes.Has(At, 1))
            {
                if (++subBlocks > MaxSubBlocks) throw HeaderReader.Broken("the GIF is cut into too many blocks");
                var length = bytes.U8(At);
                At += 1 + length;
                if (length == 0) return;
            }
        }
    }
}
