namespace Revela.Imaging.Models;

/// <summary>A network that Revela knows how to feed and to read; its file is fetched or added by an administrator, never by a job.</summary>
/// <param name="Name">As a step and the command line name it.</param>
/// <param name="File">The publisher's own name of the file; mirrors have it under this name.</param>
/// <param name="Licence">Of the weights.</param>
public abstract record Model(string Name, string File, string Licence)
{
    /// <summary>Where the publisher has the file; null when it publishes none in this form, and only a mirror or a file can bring it.</summary>
    public string? Source { get; init; }

    /// <summary>Lower-case hex of the publisher's file, with its kind in front: <c>md5:…</c> or <c>sha256:…</c>. Null when none is known.</summary>
    public string? Checksum { get; init; }

    /// <summary>Of the publisher's file, rounded; 0 when unknown.</summary>
    public int Megabytes { get; init; }

    /// <summary>The operation that runs it.</summary>
    public abstract string Operation { get; }
}

/// <summary>How a network's first output becomes a mask.</summary>
public enum MaskReading
{
    /// <summary>Stretched so that its least number is 0 and its greatest 1.</summary>
    Stretched,

    /// <summary>Clipped to 0–1 after it was stretched.</summary>
    StretchedAndClipped,

    /// <summary>Through the logistic function, then stretched.</summary>
    LogisticStretched,

    /// <summary>One channel a class: subject is where any but the first is the greatest.</summary>
    Classes,
}

/// <summary>A network that tells a picture's subject from its background.</summary>
/// <param name="Side">Of the square that it looks at, in pixels.</param>
/// <param name="Mean">Taken off each colour, in red, green, blue, after they were divided by the greatest of all.</param>
/// <param name="Deviation">Each colour is then divided by it.</param>
/// <param name="WorkingMegabytes">Estimate of what a run takes beside the weights; what runs are seen to take corrects it.</param>
public sealed record MaskModel(
    string Name, string File, string Licence, int Side, (float Red, float Green, float Blue) Mean, (float Red, float Green, float Blue) Deviation, MaskReading Reading, int WorkingMegabytes)
    : Model(Name, File, Licence)
{
    public override string Operation => "remove-background";
}

/// <summary>A network that makes a picture larger.</summary>
/// <param name="Scale">How many times each side.</param>
/// <param name="Multiple">What each side that it is given must be a multiple of.</param>
/// <param name="Context">Pixels around a place that its result there depends on, as far as they are worth their time; tiles overlap by it.</param>
/// <param name="BytesPerPixel">Estimate of what a run takes for each pixel that it is given.</param>
public sealed record EnlargingModel(string Name, string File, string Licence, int Scale, int Multiple, int Context, int BytesPerPixel) : Model(Name, File, Licence)
{
    public override string Operation => "upscale";
}
