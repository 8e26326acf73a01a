using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout.Classic;

/// <summary>The engine without a model: works on every machine, well on plain, graded and noisy backdrops.</summary>
sealed class ClassicEngine : CutoutEngine
{
    const string Id = "classic-1";

    public override string Name => "classic";

    public override string Version(RemoveBackground.Options options) => Id;

    public override string? Missing(RemoveBackground.Options options) => null;

    public override long ExtraBytes(int width, int height, RemoveBackground.Options options) => BackdropSearch.ExtraBytes(width, height);

    public override Finding Find(RgbPicture picture, RemoveBackground.Options options, RunContext context)
    {
        var (mask, confidence) = new BackdropSearch(picture, context).Run();
        return new Finding(mask, confidence, Id, "The backdrop was told by the colours of the border.");
    }
}
