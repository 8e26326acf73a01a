using System.Security.Cryptography;
using System.Text.Json;
using Revela.Core;

namespace Revela.Imaging.Models;

/// <summary>A network's file that is here, and what was found out when it came.</summary>
/// <param name="Sha256">Lower-case hex.</param>
/// <param name="Verified">It is the publisher's file, by the checksum in <see cref="ModelTable"/>.</param>
/// <param name="From">The address or file that it came from.</param>
public sealed record InstalledModel(string Path, string Sha256, long Bytes, bool Verified, string From)
{
    /// <summary>Enough of the hash to tell two files apart in names of engines.</summary>
    public string Mark => Sha256[..12];
}

/// <summary>The folder of networks: <c>name.onnx</c> with a note <c>name.json</c> beside it. A file without its note does not count as here.</summary>
public sealed class ModelFolder(string folder)
{
    sealed record Note(string Sha256, long Bytes, bool Verified, string From);

    public string Folder => folder;

    /// <summary>Null when it is not here. Cheap: the file itself is not read.</summary>
    public InstalledModel? Find(Model model)
    {
        try
        {
            var path = FileOf(model);
            var note = JsonSerializer.Deserialize<Note>(File.ReadAllBytes(NoteOf(model)), RevelaJson.Options);
            return note is { Sha256.Length: 64 } && new FileInfo(path) is { Exists: true } file && file.Length == note.Bytes
                ? new InstalledModel(path, note.Sha256, note.Bytes, note.Verified, note.From)
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Where a download is written, and found again by the next try.</summary>
    public string PartOf(Model model)
    {
        Directory.CreateDirectory(folder);
        return FileOf(model) + ".part";
    }

    /// <summary>Takes a whole file in its place; a network of the same name is replaced at once, never half.</summary>
    /// <param name="part">In this folder; it is moved.</param>
    /// <param name="anyFile">Takes it also when it is not the publisher's.</param>
    /// <exception cref="ModelException">It is not the file that its checksum says.</exception>
    public async Task<InstalledModel> Accept(Model model, string part, string from, bool anyFile, CancellationToken cancel)
    {
        var (md5, sha256) = await Hash(part, cancel);
        var isPublished = model.Checksum is { } checksum && checksum == (checksum.StartsWith("md5:", StringComparison.Ordinal) ? $"md5:{md5}" : $"sha256:{sha256}");
        if (!isPublished && model.Checksum is not null && !anyFile)
            throw new ModelException($"{from} is not the published {model.File}: its checksum is not {model.Checksum}.");

        var note = new Note(sha256, new FileInfo(part).Length, isPublished, from);
        // While both change the note is absent, and the network counts as not here.
        File.Delete(NoteOf(model));
        File.Move(part, FileOf(model), overwrite: true);
        var draft = NoteOf(model) + ".part";
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(note, RevelaJson.Options), cancel);
        File.Move(draft, NoteOf(model), overwrite: true);
        return Find(model) ?? throw new ModelException($"{model.Name} could not be kept in {folder}.");
    }

    /// <summary>Reads the whole file again.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public async Task<string?> Verify(Model model, CancellationToken cancel)
    {
        if (Find(model) is not { } installed) return File.Exists(FileOf(model)) ? "its file is not what came, or has no note" : "not here";
        var (_, sha256) = await Hash(installed.Path, cancel);
        return sha256 == installed.Sha256 ? null : "its bytes have changed since it came";
    }

    static async Task<(string Md5, string Sha256)> Hash(string path, CancellationToken cancel)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.SequentialScan | FileOptions.Asynchronous);
        var buffer = new byte[1 << 20];
        for (int got; (got = await file.ReadAsync(buffer, cancel)) > 0;)
        {
            md5.AppendData(buffer, 0, got);
            sha256.AppendData(buffer, 0, got);
        }
        return (Convert.ToHexStringLower(md5.GetHashAndReset()), Convert.ToHexStringLower(sha256.GetHashAndReset()));
    }

    string FileOf(Model model) => Path.Combine(folder, model.Name + ".onnx");

    string NoteOf(Model model) => Path.Combine(folder, model.Name + ".json");
}

/// <summary>A network or the runtime cannot be had or used; the message is one sentence for an administrator.</summary>
public sealed class ModelException(string message) : Exception(message);
