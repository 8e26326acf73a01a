using System.Collections.Concurrent;

namespace Revela.Storage.Objects.Files;

/// <summary>
/// Makes folders and flushes them, so that a file's name is as durable as its bytes.
/// Puts into one folder at the same time share a flush: it covers every rename made before it began.
/// </summary>
sealed class DurableFolders
{
    readonly ConcurrentDictionary<string, Flusher> known = new(StringComparer.Ordinal);

    /// <summary>Makes the folder and its parents durable; costs nothing for a folder made before.</summary>
    public void Make(string folder)
    {
        if (known.ContainsKey(folder)) return;
        if (!Directory.Exists(folder))
        {
            var parent = Path.GetDirectoryName(folder)!;
            Make(parent);
            Directory.CreateDirectory(folder);
            Flush(parent);
        }
        if (known.Count > 4096) known.Clear();
        known.TryAdd(folder, new Flusher(folder));
    }

    public void Forget(string folder)
    {
        for (var path = folder; path is not null; path = Path.GetDirectoryName(path)) known.TryRemove(path, out _);
    }

    public void Flush(string folder) => known.GetOrAdd(folder, path => new Flusher(path)).Flush();

    /// <summary>Removes a folder and its parents below <paramref name="stop"/> while they are empty; leaves what is in use.</summary>
    public void RemoveEmpty(string folder, string stop)
    {
        for (var path = folder; path.Length > stop.Length; path = Path.GetDirectoryName(path)!)
        {
            if (Directory.EnumerateFileSystemEntries(path).Any()) return;
            known.TryRemove(path, out _);
            try { Directory.Delete(path); }
            catch (IOException) { return; }
        }
    }

    sealed class Flusher(string folder)
    {
        readonly Lock turn = new();
        long asked, flushed;

        public void Flush()
        {
            var mine = Interlocked.Increment(ref asked);
            lock (turn)
            {
                if (flushed >= mine) return;
                var covers = Interlocked.Read(ref asked);
                NativeFolder.Flush(folder);
                flushed = covers;
            }
        }
    }
}
