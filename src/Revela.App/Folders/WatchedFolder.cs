using System.Globalization;
using Revela.App.Uploads;

namespace Revela.App.Folders;

/// <summary>
/// The folders of a watched folder. A picture's way is <c>in</c> → <c>taken</c>, where its name begins with its job's id, → <c>done</c> with its results, or
/// <c>failed</c> with the reason beside it. Each step is a rename, so what was done is known after any crash.
/// </summary>
sealed class WatchedFolder
{
    readonly string incoming, taken, done, failed;
    Dictionary<string, (long Bytes, DateTime At)> seen = [];

    public WatchedFolder(string path)
    {
        string Made(string name) => Directory.CreateDirectory(Path.Combine(path, name)).FullName;
        (incoming, taken, done, failed) = (Made("in"), Made("taken"), Made("done"), Made("failed"));
    }

    /// <summary>Takes the files that have stayed the same since the last look; each under a new job's id.</summary>
    public void Take(Func<Guid> newId)
    {
        var now = new DirectoryInfo(incoming).EnumerateFiles().Where(file => file.Name[0] != '.' && file.Length > 0).ToDictionary(file => file.FullName, file => (file.Length, file.LastWriteTimeUtc));
        foreach (var (path, state) in now)
            if (seen.TryGetValue(path, out var before) && before == state) File.Move(path, Path.Combine(taken, $"{newId():N}-{Path.GetFileName(path)}"));
        seen = now;
    }

    /// <summary>Those that were taken and are not finished.</summary>
    public IEnumerable<TakenFile> Taken() => new DirectoryInfo(taken).EnumerateFiles().OrderBy(file => file.Name, StringComparer.Ordinal).Select(TakenFile.Of).OfType<TakenFile>();

    /// <summary>Where a result is written before it shows in <c>done</c>.</summary>
    public string Scratch(TakenFile file, int number) => Path.Combine(taken, string.Create(CultureInfo.InvariantCulture, $".{file.Job:N}-{number}"));

    public void Show(string scratch, string name) => File.Move(scratch, Path.Combine(done, name), overwrite: true);

    /// <summary>The last step: the original goes, since Revela keeps it.</summary>
    public static void Finish(TakenFile file) => File.Delete(file.Path);

    public void Fail(TakenFile file, string reason)
    {
        var name = Path.Combine(failed, file.Name);
        File.WriteAllText(name + ".txt", reason + "\n");
        File.Move(file.Path, name, overwrite: true);
    }
}

/// <param name="Name">As it was put in, safe to be used as a file's name.</param>
sealed record TakenFile(string Path, Guid Job, string Name)
{
    /// <summary>Null for what was not put there by a look.</summary>
    public static TakenFile? Of(FileInfo file) =>
        file.Name.Length > 33 && file.Name[32] == '-' && Guid.TryParseExact(file.Name[..32], "N", out var job) ? new(file.FullName, job, FileNames.Clean(file.Name[33..]) ?? job.ToString("N")) : null;
}
