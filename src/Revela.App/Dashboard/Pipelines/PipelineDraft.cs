using System.Security.Cryptography;
using System.Text;
using Revela.App.Pipelines;
using Revela.Core.Pipelines;

namespace Revela.App.Dashboard.Pipelines;

/// <summary>A pipeline in the making: its YAML, all that is wrong with it, and what can be read of it, for the form beside it.</summary>
/// <param name="Yaml">One pipeline, as it will be kept.</param>
/// <param name="Pipeline">As it is written: neither checked nor with defaults; null when nothing can be read.</param>
public sealed record PipelineDraft(string Yaml, Pipeline? Pipeline, IReadOnlyList<PipelineMistake> Mistakes)
{
    /// <summary>In letters; far more than the largest pipeline needs.</summary>
    public const int MostText = 64 * 1024;

    public bool IsClean => Mistakes.Count == 0;

    /// <summary>Whether the form says what the text says; not while that cannot be read.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>Tells whether somebody changed the text of the page, and so it, not the form, is what they mean.</summary>
    public string Fingerprint => IsShown ? FingerprintOf(Yaml) : "";

    public static PipelineDraft Of(string yaml, IOperations operations)
    {
        var text = Clean(yaml);
        if (text.Length > MostText) return new PipelineDraft(text[..MostText], null, [new PipelineMistake(1, $"a pipeline has at most {MostText} letters")]);
        var (drafts, mistakes) = PipelineFile.Sketch(text, operations);
        if (drafts.Count == 1 || mistakes.Count > 0) return new PipelineDraft(text, drafts.Count > 0 ? drafts[0] : null, mistakes);
        return new PipelineDraft(text, drafts.Count > 0 ? drafts[0] : null, [new PipelineMistake(1, "there must be one pipeline: its name, a colon, and its settings below")]);
    }

    /// <summary>The text with the line ends of this house, whatever a browser made of them.</summary>
    public static string Clean(string text) => text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').TrimEnd() + "\n";

    public static string FingerprintOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Clean(text))))[..16];
}
