using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Revela.Core.Assets;
using Revela.Core.Jobs;

namespace Revela.App.Far;

/// <summary>The pictures that a far worker has at hand: loaded from the server or straight from its storage, or made here and wanted again.</summary>
sealed class FarFiles(FarServer server, string folder, TimeProvider time)
{
    const int BufferBytes = 128 * 1024;
    static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15), WithoutStorage = TimeSpan.FromMinutes(5);

    readonly ConcurrentDictionary<string, (string Path, long Lease)> made = new();
    DateTimeOffset storageFrom;

    public string Folder => folder;

    /// <summary>A file that was made here and sent: the next step reads it without loading it back.</summary>
    public void Keep(string receipt, string path, long lease)
    {
        var kept = path + ".made";
        File.Move(path, kept, overwrite: true);
        made[receipt] = (kept, lease);
    }

    /// <summary>Deletes what was made under any other lease.</summary>
    public void KeepOnly(IReadOnlyCollection<long> leases)
    {
        foreach (var (receipt, file) in made)
            if (!leases.Contains(file.Lease) && made.TryRemove(receipt, out _)) File.Delete(file.Path);
    }

    /// <summary>A local file with the picture, checked by its hash. A load that breaks off goes on where it was.</summary>
    public async Task<LocalFile> Fetch(StoredImage picture, CancellationToken cancel)
    {
        if (made.TryGetValue(picture.ObjectKey, out var mine)) return new LocalFile(mine.Path, isCopy: false);
        var path = Path.Combine(folder, $"{Guid.NewGuid():N}.input");
        try
        {
            return await server.Insist(async again => await Load(picture, path, again), cancel);
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    async Task<LocalFile> Load(StoredImage picture, string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        if (file.Length > picture.Bytes) file.SetLength(0);
        if (file.Length < picture.Bytes)
        {
            using var answer = await Open(picture, file.Length, cancel);
            if (answer.StatusCode != HttpStatusCode.PartialContent) file.SetLength(0);
            file.Seek(0, SeekOrigin.End);
            await Append(answer, file, picture.Bytes, cancel);
        }
        file.Seek(0, SeekOrigin.Begin);
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)) == picture.Sha256) return new LocalFile(path, isCopy: true);
        file.SetLength(0);
        throw new HttpRequestException("The picture came damaged.");
    }

    async Task<HttpResponseMessage> Open(StoredImage picture, long from, CancellationToken cancel)
    {
        if (time.GetUtcNow() < storageFrom) return await server.Open(picture.ObjectKey, from, picture.Sha256, cancel);
        var answer = await server.Open($"{picture.ObjectKey}?direct=true", from, picture.Sha256, cancel);
        if (answer.StatusCode != HttpStatusCode.TemporaryRedirect) return answer;
        using (answer)
        {
            if (answer.Headers.Location is { } link && FarAddress.IsSafe(link) && await OpenStorage(link, from, cancel) is { } bytes) return bytes;
        }
        // Storage that cannot be reached from here costs one try now and then, not one a picture.
        storageFrom = time.GetUtcNow() + WithoutStorage;
        return await server.Open(picture.ObjectKey, from, picture.Sha256, cancel);
    }

    async Task<HttpResponseMessage?> OpenStorage(Uri link, long from, CancellationToken cancel)
    {
        try
        {
            var answer = await server.OpenElsewhere(link, from, cancel);
            if (answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent) return answer;
            answer.Dispose();
        }
        catch (HttpRequestException)
        {
            // The server itself has the bytes too.
        }
        return null;
    }

    async Task Append(HttpResponseMessage answer, FileStream file, long bytes, CancellationToken cancel)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[BufferBytes];
        while (file.Length < bytes)
        {
            var read = await Read(body, buffer, cancel);
            if (read == 0) throw new HttpRequestException("The picture broke off.");
            await file.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, bytes - file.Length)), cancel);
        }
    }

    async Task<int> Read(Stream body, byte[] buffer, CancellationToken cancel)
    {
        using var silence = new CancellationTokenSource(LongestSilence, time);
        using var within = CancellationTokenSource.CreateLinkedTokenSource(cancel, silence.Token);
        try
        {
            return await body.ReadAsync(buffer, within.Token);
        }
        catch (Exception e) when (FarServer.IsBreak(e, cancel))
        {
            throw new HttpRequestException("The picture broke off.", e);
        }
    }
}
