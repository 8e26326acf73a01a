using System.Text.Json.Nodes;
using Revela.Imaging.Native.Vips;

namespace Revela.Imaging.Operations.Development;

/// <summary>
/// A picture on its way through the steps of a run: frames that are promises of pixels, upright, in sRGB or grey with 8 or 16 bits,
/// with or without straight alpha, and what its result shall be like.
/// </summary>
public sealed class Picture : IDisposable
{
    readonly List<IDisposable> owned = [];
    readonly VipsWatch watch;
    VipsImage[] frames;

    internal Picture(VipsImage[] frames, Origin origin, VipsWatch watch, RunContext context)
    {
        (this.frames, Origin, this.watch, Context, Width, Height) = (frames, origin, watch, context, frames[0].Width, frames[0].Height);
    }

    /// <summary>Size that steps reckon with. The frames may be smaller when the first step shrinks and reading did part of it.</summary>
    public int Width { get; private set; }
    public int Height { get; private set; }

    public IReadOnlyList<VipsImage> Frames => frames;
    public VipsImage First => frames[0];
    public bool HasAlpha => First.HasAlpha;

    internal Origin Origin { get; }

    internal OutputSettings Output { get; set; } = new();

    /// <summary>What steps found out, for the job's <c>data</c>; null when nothing.</summary>
    internal JsonObject? Data { get; private set; }

    /// <summary>Who did the step that changed it, when that was not libvips; such as <c>classic-1</c>.</summary>
    internal string? Engine { get; set; }

    internal RunContext Context { get; }

    /// <summary>Adds to the job's <c>data</c>; a later note of the same name replaces an earlier one.</summary>
    internal void Note(string name, JsonNode? value) => (Data ??= [])[name] = value;

    /// <summary>Keeps something alive as long as the picture, such as the memory that frames stand on.</summary>
    internal void Own(IDisposable thing) => owned.Add(thing);

    /// <summary>Replaces each frame. All results must have one size.</summary>
    public void Each(Func<VipsImage, VipsImage> change)
    {
        var (width, height) = (First.Width, First.Height);
        var changed = new VipsImage[frames.Length];
        for (var i = 0; i < frames.Length; i++)
        {
            changed[i] = change(frames[i]);
            if (!ReferenceEquals(changed[i], frames[i])) frames[i].Dispose();
            frames[i] = changed[i];
        }
        if (First.Width != width || First.Height != height) (Width, Height) = (First.Width, First.Height);
    }

    /// <summary>Lets the steps reckon with the size that the picture has in full.</summary>
    internal void Pretend((int Width, int Height) full) => (Width, Height) = full;

    /// <summary>Computes all pixels so far, for steps that read them in another order than top to bottom.</summary>
    public void ToMemory() => Each(frame =>
    {
        var memory = frame.ToMemory();
        watch.Add(memory);
        return memory;
    });

    public void Dispose()
    {
        foreach (var frame in frames) frame.Dispose();
        foreach (var thing in owned) thing.Dispose();
        frames = [];
    }
}

/// <summary>How a result is written; null where the format's default holds.</summary>
sealed record OutputSettings
{
    /// <summary>As near to the pixels as the format can be.</summary>
    public static readonly OutputSettings Faithful = new() { Quality = 100, Lossless = true };

    public PictureFormat? Format { get; init; }
    public int? Quality { get; init; }
    public bool Lossless { get; init; }
    public bool Progressive { get; init; }
    public int? Effort { get; init; }
    public Binding.Colour Background { get; init; } = Binding.Colour.White;
    public Keepsakes Keep { get; init; } = Keepsakes.Default;
}

/// <summary>Which metadata go into the result. Orientation never does: pixels are upright.</summary>
sealed record Keepsakes(bool Profile, bool Copyright, bool Other, bool Gps)
{
    public static readonly Keepsakes Default = new(Profile: true, Copyright: true, Other: true, Gps: false);
}
