using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Revela.Core.Jobs;
using Revela.Imaging.Operations.Development;

namespace Revela.Imaging.Operations;

/// <summary>Has the picture painted anew by an outside service, after a prompt.</summary>
public sealed class Restyle : Operation<Restyle.Options>
{
    public sealed record Options
    {
        [Description("What to make of the picture. {name} stands for that field of the job's metadata; {{ and }} for braces."), Required, StringLength(8000, MinimumLength = 1)]
        public string Prompt { get; init; } = "";

        [Description("Width to height of the result, such as 1:1, 4:3 or 16:9; the picture's own when absent.")]
        public string? AspectRatio { get; init; }

        [Description("Size of the result: 512, 1K, 2K or 4K; what the service takes for it grows with it.")]
        public string Size { get; init; } = "1K";

        [Description("Ids of assets that show what is meant, at most 13; they are sent with the picture.")]
        public IReadOnlyList<string> References { get; init; } = [];
    }

    const int MostReferences = 13;

    static readonly string[] Sizes = ["512", "1K", "2K", "4K"];
    static readonly string[] Ratios = ["1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "1:4", "4:1", "1:8", "8:1"];

    public override string Name => "restyle";
    public override string Summary => "Has the picture painted anew after a prompt, by an outside service; no two results are the same, and none is transparent.";
    public override IReadOnlyList<string> Engines => ["gemini"];
    public override IReadOnlyList<string> OutsideEngines => Engines;
    public override bool IsCheckpoint => true;
    public override bool IsDeterministic => false;

    protected override IEnumerable<string> Check(Options options)
    {
        if (options.AspectRatio is { } ratio && !Ratios.Contains(ratio)) yield return $"aspect_ratio must be one of {string.Join(", ", Ratios)}";
        if (options.References.Count > MostReferences || options.References.Any(id => !Guid.TryParseExact(id, "D", out _))) yield return $"references must be at most {MostReferences} ids of assets";
        if (!Sizes.Contains(options.Size)) yield return $"size must be one of {string.Join(", ", Sizes)}";
    }

    protected override Shape After(Shape before, Options options)
    {
        var side = 512 << Array.IndexOf(Sizes, options.Size);
        return before with { Width = side, Height = side, Frames = 1, Bands = 3, Bytes = 1 };
    }

    protected override string Version(Options options, string? engine) => "gemini";

    protected override void Apply(Picture picture, Options options) =>
        throw new StepException("gemini is an outside service, which only a server and the workers beside it call: send the job to one that has it set up.", ErrorCodes.EngineUnavailable);
}
