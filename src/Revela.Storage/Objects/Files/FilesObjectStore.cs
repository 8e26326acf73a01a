using System.Runtime.CompilerServices;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.Storage.Objects.Files;

/// <summary>Objects as files under a data folder: an area is a folder, a key a path inside it.</summary>
public sealed class FilesObjectStore : IObjectStore
{
    readonly string root;
    readonly TimeProvider time;
    readonly DurableFolders folders = new();
    readonly DiskCrew crew = new();

    public FilesObjectStore(string dataFolder, TimeProvider time)
    {
        root = Path.GetFullPath(dataFolder);
        this.time = time;
        Scratch = Path.Combine(root, "scratch");
    }

    /// <summary>On the same file system as the objects, so that a rename is all it takes to keep a file.</summary>
    public string Scratch { get; }

    public Task Prepare(CancellationToken cancel) => Away.Guard(() =>
    {
        foreach (var area in ObjectKeys.Areas) folders.Make(Path.Combine(root, area));
        folders.Make(Scratch);
        ScratchFolder.Sweep(Scratch, time.GetUtcNow(), cancel);
        var probe = Path.Combine(Scratch, $"probe-{Guid.NewGuid():N}");
        File.WriteAllBytes(probe, [1]);
        File.Delete(probe);
        return true;
    });

    public Task Put(string key, string path, string contentType, CancellationToken cancel)
    {
        var target = PathOf(key);
        return crew.Run(() => Away.Translate(() =>
        {
            cancel.ThrowIfCancellationRequested();
            // Making the area anew would hide the one that comes back, and every image in it would seem deleted meanwhile.
            MustHaveArea(target);
            var folder = Path.GetDirectoryName(target)!;
            using (var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite)) RandomAccess.FlushToDisk(file);
            folders.Make(folder);
            Rename(path, target, folder);
            folders.Flush(folder);
            return true;
        }));
    }

    public Task<LocalFile?> Fetch(string key, CancellationToken cancel)
    {
        var path = PathOf(key);
        return Away.Guard(() => File.Exists(path) ? new LocalFile(path, isCopy: false) : AbsentIn(path));

        LocalFile? AbsentIn(string file)
        {
            MustHaveArea(file);
            return null;
        }
    }

    public Task<Stream?> Open(string key, CancellationToken cancel)
    {
        var path = PathOf(key);
        return Away.Guard(() =>
        {
            try
            {
                return (Stream?)new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 * 1024, FileOptions.Asynchronous);
            }
            catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
            {
                MustHaveArea(path);
                return null;
            }
        });
    }

    public Task Delete(string key, CancellationToken cancel)
    {
        var path = PathOf(key);
        return Away.Guard(() =>
        {
            if (!File.Exists(path)) return false;
            File.Delete(path);
            folders.RemoveEmpty(Path.GetDirectoryName(path)!, Path.Combine(root, ObjectPaths.AreaOf(key)));
            return true;
        });
    }

    public async IAsyncEnumerable<ObjectInfo> List(string area, [EnumeratorCancellation] CancellationToken cancel)
    {
        var folder = PathOf(area);
        var files = await Away.Guard(() =>
        {
            MustHaveArea(folder);
            return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).GetEnumerator();
        }).ConfigureAwait(false);
        using (files)
        {
            while (await Away.Guard(files.MoveNext).ConfigureAwait(false))
            {
                cancel.ThrowIfCancellationRequested();
                var file = new FileInfo(files.Current);
                if (file.Exists) yield return new ObjectInfo(KeyOf(file.FullName), file.Length, file.LastWriteTimeUtc);
            }
        }
    }

    string PathOf(string key) => Path.Combine(root, ObjectPaths.Checked(key));

    string KeyOf(string path) => Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');

    // An absent file is an answer; an absent area means that the disk is not mounted, and no image may pay for it.
    void MustHaveArea(string path)
    {
        var area = Path.Combine(root, ObjectPaths.AreaOf(KeyOf(path)));
        if (!Directory.Exists(area)) throw new DirectoryNotFoundException("The storage folder is missing.");
    }

    void Rename(string path, string target, string folder)
    {
        try
        {
            File.Move(path, target, overwrite: true);
        }
        catch (DirectoryNotFoundException) when (File.Exists(path))
        {
            // The last file of that folder was deleted, and the folder with it, since it was made.
            folders.Forget(folder);
            folders.Make(folder);
            File.Move(path, target, overwrite: true);
        }
    }
}

/// <summary>Turns what the file system says into what the spine knows: the storage is away (law 7).</summary>
static class Away
{
    public static Task<T> Guard<T>(Func<T> action)
    {
        try
        {
            return Task.FromResult(Translate(action));
        }
        catch (OutageException outage)
        {
            return Task.FromException<T>(outage);
        }
        catch (OperationCanceledException cancelled)
        {
            return Task.FromCanceled<T>(cancelled.CancellationToken);
        }
    }

    public static T Translate<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new OutageException(ErrorCodes.StorageUnavailable, "The object storage is not available at the moment.", fault);
        }
    }
}
