namespace Revela.App.Thumbnails;

/// <summary>Keeps small copies as files, and forgets the oldest once they take too much room.</summary>
sealed class ThumbnailFolder(string path)
{
    const long MostBytes = 500_000_000;
    const int LookEvery = 500;
    const string Made = ".webp", Impossible = ".none";

    int kept;

    /// <summary>The file under a name, or that there can be none; null when nobody has tried.</summary>
    public (string? Path, bool IsImpossible)? Find(string name)
    {
        var place = Place(name);
        if (File.Exists(place + Made)) return (place + Made, false);
        return File.Exists(place + Impossible) ? (null, true) : null;
    }

    /// <summary>Where one is made, without extension.</summary>
    public string Scratch(string name)
    {
        Directory.CreateDirectory(path);
        return Path.Combine(path, $"{name}-{Guid.NewGuid():N}");
    }

    /// <summary>Takes a file in, or notes for null that none can be made. The file's place.</summary>
    public string? Keep(string name, string? file)
    {
        var place = Place(name);
        Directory.CreateDirectory(Path.GetDirectoryName(place)!);
        if (file is null) File.WriteAllBytes(place + Impossible, []);
        else File.Move(file, place + Made, overwrite: true);
        if (Interlocked.Increment(ref kept) % LookEvery == 0) Tidy();
        return file is null ? null : place + Made;
    }

    /// <summary>Deletes whatever is kept under names that begin so.</summary>
    public void Forget(string beginning)
    {
        var folder = Path.GetDirectoryName(Place(beginning))!;
        if (!Directory.Exists(folder)) return;
        foreach (var file in Directory.EnumerateFiles(folder, beginning + "*")) File.Delete(file);
    }

    // Down to four fifths, so that it is not needed again at once.
    void Tidy()
    {
        var files = new DirectoryInfo(path).EnumerateFiles("*", SearchOption.AllDirectories).OrderBy(file => file.LastWriteTimeUtc).ToArray();
        var bytes = files.Sum(file => file.Length);
        if (bytes <= MostBytes) return;
        foreach (var file in files)
        {
            if (bytes <= MostBytes / 5 * 4) return;
            bytes -= file.Length;
            file.Delete();
        }
    }

    string Place(string name) => Path.Combine(path, name[..2], name);
}
