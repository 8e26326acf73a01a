using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Revela.Imaging.Native.Tesseract;
using Revela.Imaging.Native.Vips;
using Revela.Imaging.Ocr;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Reads the race numbers of a photo into the job's data; the picture stays as it is unless it shall be annotated.</summary>
public sealed class ReadBibs : Operation<ReadBibs.Options>
{
    public sealed record Options
    {
        [Description("The numbers that were given out, each a number or a range such as 100-250; others are never asserted."), Length(0, MaxEntries)]
        public IReadOnlyList<string> Roster { get; init; } = [];

        [Description("Readings of at least this confidence are detections, the others go to review."), Range(0d, 1d)]
        public double MinConfidence { get; init; } = 0.75;

        [Description("Readings below this confidence are dropped."), Range(0d, 1d)]
        public double ReviewConfidence { get; init; } = 0.3;

        [Description("Draws what was read into the picture: detections green, reviews orange.")]
        public bool Annotate { get; init; }
    }

    const int MaxEntries = 50_000;

    // Longest side in pixels at which numbers are looked for: runners whose digits are then too small to be found are too far away to be meant.
    const int WorkingSide = 2560;

    // Raised whenever a picture may be read differently than before (law 6).
    const int Algorithm = 2;

    // Tesseract's model, its buffers, and the planes of the pyramid with their runs.
    const long EngineBytes = 96L << 20;

    public override string Name => "read-bibs";
    public override string Summary => "Reads race numbers into the job's data, with boxes and confidences; doubtful ones go to review.";
    public override IReadOnlyList<string> Engines => ["tesseract"];
    public override bool ChangesPixels => false;
    public override bool Looks => true;

    protected override string Version(Options options, string? engine)
    {
        try
        {
            return $"bibs-{Algorithm}+tesseract-{TesseractEngine.Version}";
        }
        catch (DllNotFoundException)
        {
            return $"bibs-{Algorithm}+tesseract-none";
        }
    }

    protected override IEnumerable<string> Check(Options options)
    {
        if (Ocr.Roster.FirstMistake(options.Roster) is { } mistake)
            yield return $"roster must hold numbers and ranges such as 100-250; '{(mistake.Length > 20 ? mistake[..20] + "…" : mistake)}' is neither";
        if (options.ReviewConfidence > options.MinConfidence) yield return "review_confidence must not be above min_confidence";
    }

    protected override bool LeavesBytes(Options options) => !options.Annotate;

    protected override long ExtraBytes(Shape before, Options options) =>
        EngineBytes + before.Memory + 8L * Math.Min(before.Pixels, (long)WorkingSide * WorkingSide) + (options.Annotate ? 2 * before.Memory : 0);

    protected override void Apply(Picture picture, Options options)
    {
        picture.ToMemory();
        var (planes, scale) = Working(picture.First);
        var roster = options.Roster.Count == 0 ? null : Ocr.Roster.Of(options.Roster);
        var seen = ReaderPool.Use(reader => new BibReader(reader, roster).Read(planes, scale, picture.Context.Report, picture.Context.Cancel));

        var sure = seen.Where(s => s.Confidence >= options.MinConfidence).ToArray();
        var unsure = seen.Where(s => s.Confidence < options.MinConfidence && s.Confidence >= options.ReviewConfidence).ToArray();
        picture.Note("detections", new JsonArray([.. sure.Select(s => Spell(s))]));
        picture.Note("review", new JsonArray([.. unsure.Select(s => Spell(s))]));
        picture.Note("labels", LabelsOf(sure, unsure));
        if (options.Annotate) picture.Each(frame => Annotation.Draw(frame, sure, unsure));
    }

    static (Planes Planes, float Scale) Working(VipsImage frame)
    {
        using var plain = WorkingColour.To8Bits(frame);
        using var flat = VipsOps.Flat(plain, Binding.Colour.White);
        using var colour = WorkingColour.ToColour(flat);
        var scale = Math.Max(1f, Math.Max(frame.Width, frame.Height) / (float)WorkingSide);
        using var sized = scale > 1 ? Resize.Resample(colour, (int)MathF.Ceiling(frame.Width / scale), (int)MathF.Ceiling(frame.Height / scale)) : colour.Share();
        return (Planes.Of(sized.Pixels(), sized.Width, sized.Height), scale);
    }

    // What the photo can be found by: every number that is asserted, and that something waits for a person.
    static JsonArray LabelsOf(Sighting[] sure, Sighting[] unsure)
    {
        var labels = sure.Select(s => $"bib:{s.Number}").Distinct(StringComparer.Ordinal).ToList();
        if (unsure.Length > 0) labels.Add("review");
        return new JsonArray([.. labels.Select(label => JsonValue.Create(label))]);
    }

    static JsonObject Spell(Sighting sighting)
    {
        var spelt = new JsonObject
        {
            ["bib"] = sighting.Number,
            ["confidence"] = Math.Round(sighting.Confidence, 3),
            ["box"] = new JsonObject { ["x"] = sighting.Box.X, ["y"] = sighting.Box.Y, ["width"] = sighting.Box.Width, ["height"] = sighting.Box.Height },
        };
        if (sighting.Doubt is { } doubt) spelt["reason"] = doubt;
        return spelt;
    }
}
