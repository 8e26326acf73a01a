using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout.Classic;

/// <summary>
/// The engine without a model: works on every machine. Plain, graded and noisy backdrops are told by the colours of the border; where there is
/// no such backdrop, what stands out of the scene is found by saliency and parted from the rest by its colours and edges.
/// </summary>
sealed class ClassicEngine : CutoutEngine
{
    const string Id = "classic-3";

    // From here on a backdrop is so sure that the scene need not be searched.
    const double Sure = 0.75;

    // A backdrop that is less sure says nothing about the subject.
    const double Doubtful = 0.5;

    public override string Name => "classic";

    public override string Version(RemoveBackground.Options options) => Id;

    public override string? Missing(RemoveBackground.Options options) => null;

    public override long ExtraBytes(int width, int height, RemoveBackground.Options options) =>
        Math.Max(BackdropSearch.ExtraBytes(width, height), SceneSearch.ExtraBytes);

    public override Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context)
    {
        var backdrop = new BackdropSearch(picture, context with { Report = done => context.Report(0.5 * done) }).Run();
        var byBackdrop = new Finding(backdrop.Mask, backdrop.Confidence, Id, "The backdrop was told by the colours of the border.");
        if (backdrop.Confidence >= Sure) return byBackdrop;

        var scene = new SceneSearch(picture, context with { Report = done => context.Report(0.5 + 0.5 * done) }).Run();
        return backdrop.Confidence >= Math.Max(Doubtful, scene.Confidence)
            ? byBackdrop
            : new Finding(scene.Mask, scene.Confidence, Id, "What stands out of the scene was parted from the rest by its colours and edges.");
    }
}
