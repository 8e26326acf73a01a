using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Revela.Core.Assets;
using Revela.Imaging.Inspection;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Tells in the job's data what a picture is and how it looks; the picture stays as it is.</summary>
public sealed class Inspect : Operation<Inspect.Options>
{
    public sealed record Options
    {
        [Description("How many dominant colours at most."), Range(1, 16)]
        public int Colours { get; init; } = 5;

        [Description("Tells also where the picture was taken, if the file says so.")]
        public bool Gps { get; init; }
    }

    // Raised whenever a picture may be told of differently than before (law 6).
    const int Algorithm = 1;

    // The small picture, its planes, and the histogram of its colours.
    const long OverviewBytes = 32L << 20;

    public override string Name => "inspect";
    public override string Summary => "Tells size, format, EXIF, colours, sharpness, a placeholder and a perceptual hash, in the job's data.";
    public override bool ChangesPixels => false;
    public override bool Looks => true;
    public override bool TellsLikeness => true;

    protected override string Version(Options options, string? engine) => $"inspect-{Algorithm}";

    protected override bool LeavesBytes(Options options) => true;

    protected override long ExtraBytes(Shape before, Options options) => before.Memory + OverviewBytes;

    protected override void Apply(Picture picture, Options options)
    {
        picture.ToMemory();
        var overview = Overview.Of(picture.First);
        picture.Note("picture", Facts(picture));
        if (ExifFacts.Of(picture.First) is { } exif) picture.Note("exif", exif);
        picture.Note("colours", new JsonArray([.. DominantColours.Of(overview, options.Colours).Select(Spell)]));
        picture.Note("sharpness", Math.Round(Sharpness.Of(overview.Luma(), overview.Width, overview.Height), 3));
        picture.Note("placeholder", BlurHash.Of(overview));
        picture.Note(PerceptualHash.Name, DctHash.Of(overview).ToString());
        if (options.Gps && ExifFacts.Place(picture.First) is { } place) picture.Note("gps", place);
    }

    static JsonObject Facts(Picture picture)
    {
        var origin = picture.Origin;
        var facts = new JsonObject
        {
            ["width"] = picture.Width,
            ["height"] = picture.Height,
            ["frames"] = picture.Frames.Count,
            ["format"] = origin.Format.ContentType,
            ["colour_space"] = origin.ColourSpace,
            ["bits"] = origin.Bits,
            ["alpha"] = origin.HasAlpha,
            ["orientation"] = origin.Orientation,
        };
        if (origin.Profile is { } profile) facts["profile"] = profile;
        return facts;
    }

    static JsonObject Spell(DominantColour colour) => new() { ["colour"] = colour.Colour.ToString(), ["part"] = Math.Round(colour.Part, 3) };
}
