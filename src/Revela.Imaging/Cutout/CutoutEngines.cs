using Revela.Core.Jobs;
using Revela.Imaging.Cutout.Classic;
using Revela.Imaging.Cutout.Networks;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Cutout;

/// <summary>The table of engines, best first, and the choice among them.</summary>
static class CutoutEngines
{
    /// <summary>The best that can run here.</summary>
    public const string Auto = "auto";

    static readonly CutoutEngine[] Table =
    [
        new OnnxCutoutEngine(),
        new ClassicEngine(),
    ];

    /// <summary>Those that run only when they are asked for.</summary>
    static readonly CutoutEngine[] OnRequest =
    [
        new GivenCutout(),
        new CutoutService("clipdrop"),
        new CutoutService("rembg"),
    ];

    public static IReadOnlyList<string> Names { get; } = [Auto, .. Table.Concat(OnRequest).Select(engine => engine.Name)];

    public static IReadOnlyList<string> Services { get; } = [.. OnRequest.OfType<CutoutService>().Select(engine => engine.Name)];

    /// <param name="Why">One sentence for people.</param>
    public sealed record Choice(CutoutEngine Engine, string Why);

    /// <exception cref="StepException">The engine that was asked for cannot run here.</exception>
    public static Choice Choose(string? name, RemoveBackground.Options options)
    {
        if (name is null or Auto) return Best(options);
        var engine = Named(name);
        return engine.Missing(options) is { } missing
            ? throw new StepException(missing, ErrorCodes.EngineUnavailable)
            : new Choice(engine, "It was asked for.");
    }

    /// <summary>The engine that would run, for costs and versions; the one that was asked for even where it cannot run.</summary>
    public static CutoutEngine Expected(string? name, RemoveBackground.Options options) =>
        name is null or Auto ? Best(options).Engine : Named(name);

    // The last line needs nothing, so there is always one.
    static Choice Best(RemoveBackground.Options options)
    {
        var passed = new List<string>();
        foreach (var engine in Table)
        {
            if (engine.Missing(options) is not { } missing) return new Choice(engine, string.Join(' ', ["It is the best that can run here.", .. passed]));
            passed.Add($"Not {engine.Name}: {missing}");
        }
        throw new StepException("No engine can run here.", ErrorCodes.EngineUnavailable);
    }

    static CutoutEngine Named(string name) => Table.Concat(OnRequest).First(engine => engine.Name == name);
}
