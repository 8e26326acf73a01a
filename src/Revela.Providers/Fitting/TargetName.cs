using System.Text.Json.Nodes;

namespace Revela.Providers.Fitting;

/// <summary>Names of pictures at a target: segments with slashes between them, of letters that no address or store takes for anything else.</summary>
static class TargetName
{
    const int MaxLength = 255;
    const string Unfit = "?&#\\%<>+*:|\"'";

    /// <summary>The name that a step publishes under, or what is wrong with it.</summary>
    public static (string Name, string? Mistake) Of(ServiceCall call)
    {
        var fields = (JsonObject?)call.JobMetadata?.DeepClone() ?? [];
        fields["job"] = call.JobId.ToString("D");
        var (name, unknown) = Prompt.Fill(call.Step.Options["to"]?.GetValue<string>() ?? "{job}", fields);
        if (unknown is not null) return (name, $"The name speaks of {{{unknown}}}, and the job's metadata has no such field.");
        return IsFit(name) ? (name, null) : (name, "The name that the picture is to be published under has letters that are not taken, an empty part, or more than 255 letters.");
    }

    public static bool IsFit(string name) =>
        name.Length is > 0 and <= MaxLength && !name.Any(letter => char.IsControl(letter) || Unfit.Contains(letter))
        && name.Split('/').All(segment => segment.Length > 0 && segment.Trim().Length == segment.Length && segment.Trim('.').Length > 0);
}
