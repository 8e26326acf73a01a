using System.ComponentModel;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Takes metadata out of the file; of a JPEG, PNG or WebP without touching its pixels.</summary>
public sealed class Strip : Operation<Strip.Options>
{
    public sealed record Options
    {
        [Description("Keeps the colour profile, without which colours may look wrong.")]
        public bool KeepProfile { get; init; } = true;

        [Description("Keeps the EXIF fields copyright and artist.")]
        public bool KeepCopyright { get; init; } = true;

        [Description("Keeps EXIF, XMP and IPTC apart from the place.")]
        public bool KeepOther { get; init; }

        [Description("Keeps the place where the picture was taken, with keep_other; without this no result of any operation has it.")]
        public bool KeepGps { get; init; }
    }

    public override string Name => "strip";
    public override string Summary => "Removes the place and other metadata, keeps colour profile and copyright.";
    public override bool ChangesPixels => false;

    protected override IEnumerable<string> Check(Options options)
    {
        if (options is { KeepGps: true, KeepOther: false }) yield return "keep_gps needs keep_other";
    }

    internal static Keepsakes Keep(Options options) => new(options.KeepProfile, options.KeepCopyright, options.KeepOther, options.KeepGps);

    protected override void Apply(Picture picture, Options options) => picture.Output = picture.Output with { Keep = Keep(options) };
}
