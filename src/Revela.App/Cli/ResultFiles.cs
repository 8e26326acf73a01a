using Revela.App.Api.Views;
using Revela.Core.Assets;

namespace Revela.App.Cli;

/// <summary>Writes what jobs made into a folder, named after what was sent: <c>cat.web.webp</c>, <c>cat.renditions.small.webp</c>.</summary>
sealed class ResultFiles(ApiClient api, string folder)
{
    readonly HashSet<string> taken = new(StringComparer.Ordinal);

    /// <returns>The paths written.</returns>
    public async Task<IReadOnlyList<string>> Save(InputFile input, JobView job, CancellationToken cancel)
    {
        var written = new List<string>();
        foreach (var output in job.Outputs)
        {
            var path = Reserve(Path.ChangeExtension(Path.Combine(folder, input.Place), null), Suffix(job, output));
            await api.Download(output.Url!, path, cancel);
            written.Add(path);
        }
        return written;
    }

    static string Suffix(JobView job, OutputView output) =>
        $".{job.Pipeline}{(output.Name is { } name ? $".{name}" : "")}{ObjectKeys.Extension(output.ContentType)}";

    // Two inputs of one name must not overwrite each other's results.
    string Reserve(string stem, string suffix)
    {
        lock (taken)
        {
            var path = stem + suffix;
            for (var number = 2; !taken.Add(path); number++) path = $"{stem}-{number}{suffix}";
            return path;
        }
    }
}
