namespace Revela.Storage.Objects;

/// <summary>The folder of files on their way in or out, and what a crash left there.</summary>
static class ScratchFolder
{
    static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Deletes what nobody has written for an hour; other processes may be using the rest.</summary>
    public static void Sweep(string folder, DateTimeOffset now, CancellationToken cancel)
    {
        var before = now.UtcDateTime - Kept;
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            cancel.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(path) >= before) continue;
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
    }
}
