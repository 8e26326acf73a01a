using System.IO.Compression;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>An input of a batch that was not taken, and why.</summary>
/// <param name="Input">Its name in the archive, or what the list says.</param>
public sealed record RefusedInput(string Input, string Code, string Message)
{
    const int MaxShown = 200;

    public static RefusedInput Of(string input, JobError error) => new(input.Length <= MaxShown ? input : input[..MaxShown] + "…", error.Code, error.Message);
}

/// <summary>Takes the pictures of a zip in, one after the other; nothing of it is unpacked into any folder.</summary>
public sealed class ZippedPictures(Intake intake, UploadOptions limits)
{
    /// <summary>Adds each picture to the upload, and tells what is none. Folders and the notes of operating systems are passed over.</summary>
    /// <exception cref="RevelaException"><c>invalid-request</c>: it is no zip, or holds too many files. <c>too-large</c>: its files are together larger than a request may be.</exception>
    public async Task<IReadOnlyList<RefusedInput>> Take(Upload upload, string path, CancellationToken cancel)
    {
        try
        {
            await using var zip = await ZipFile.OpenReadAsync(path, cancel);
            var files = zip.Entries.Where(IsFile).ToArray();
            if (files.Length > limits.MaxFiles) throw Api.Refusals.Invalid($"The zip holds more than {limits.MaxFiles} files.");
            // The sizes that a zip states may be lies: what was read counts.
            var (refused, total) = (new List<RefusedInput>(), 0L);
            foreach (var file in files)
            {
                if (await Take(upload, file, cancel) is { } why) refused.Add(why);
                else if ((total += upload.Received[^1].Bytes) > limits.MaxRequestBytes) throw new RevelaException(ErrorCodes.TooLarge, $"The files of the zip are together larger than {limits.MaxRequestBytes} bytes.");
            }
            return refused;
        }
        catch (InvalidDataException)
        {
            throw Api.Refusals.Invalid("'archive' is no zip that can be read.");
        }
    }

    async Task<RefusedInput?> Take(Upload upload, ZipArchiveEntry file, CancellationToken cancel)
    {
        try
        {
            await using var body = await file.OpenAsync(cancel);
            upload.Add(await intake.Accept(upload.Tenant, body, FileNames.Clean(file.Name), cancel));
            return null;
        }
        catch (RevelaException e) when (e.Error.Code is not ErrorCodes.Busy)
        {
            return RefusedInput.Of(file.FullName, e.Error);
        }
        catch (InvalidDataException)
        {
            return new RefusedInput(file.FullName, ErrorCodes.BrokenImage, "It cannot be unpacked: it is damaged or encrypted.");
        }
    }

    static bool IsFile(ZipArchiveEntry entry) =>
        entry.Name.Length > 0 && entry.Name[0] != '.' && entry.Name is not "Thumbs.db" && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
