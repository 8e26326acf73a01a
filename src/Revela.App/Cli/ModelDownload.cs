using System.Net;
using System.Net.Http.Headers;
using Revela.Imaging.Models;

namespace Revela.App.Cli;

/// <summary>Fetches a network's file from the first address that has it, going on where an earlier try stopped.</summary>
sealed class ModelDownload(ModelFolder folder, IReadOnlyList<string> mirrors) : IDisposable
{
    const int Buffer = 1 << 18;

    readonly HttpClient http = new(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(20), AutomaticDecompression = DecompressionMethods.None }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <param name="progress">Share that is there, 0–1.</param>
    /// <exception cref="ModelException">No address gave the file that its checksum says; what came of it is kept for the next try where it may be right.</exception>
    public async Task<InstalledModel> Fetch(Model model, Action<double> progress, CancellationToken cancel)
    {
        var faults = new List<string>();
        foreach (var address in Addresses(model))
        {
            try
            {
                return await Fetch(model, address, progress, cancel);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or ModelException)
            {
                faults.Add($"{address}: {e.Message}");
            }
        }
        throw new ModelException(faults.Count > 0
            ? $"{model.Name} could not be fetched. {string.Join(" ", faults)}"
            : $"{model.Name} is published in no form that Revela reads (docs/models.md). With the file in hand: revela models add {model.Name} FILE");
    }

    public void Dispose() => http.Dispose();

    IEnumerable<string> Addresses(Model model) => mirrors.Select(mirror => $"{mirror.TrimEnd('/')}/{model.File}").Concat(model.Source is { } source ? [source] : []);

    async Task<InstalledModel> Fetch(Model model, string address, Action<double> progress, CancellationToken cancel)
    {
        var part = folder.PartOf(model);
        await Copy(address, part, progress, cancel);
        try
        {
            return await folder.Accept(model, part, address, anyFile: false, cancel);
        }
        catch (ModelException)
        {
            // Going on from wrong bytes would never make them right.
            File.Delete(part);
            throw;
        }
    }

    async Task Copy(string address, string part, Action<double> progress, CancellationToken cancel)
    {
        await using var file = new FileStream(part, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        var request = new HttpRequestMessage(HttpMethod.Get, address);
        if (file.Length > 0) request.Headers.Range = new RangeHeaderValue(file.Length, null);
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        // All of it was there already.
        if (answer.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && answer.Content.Headers.ContentRange?.Length == file.Length) return;
        answer.EnsureSuccessStatusCode();

        var goesOn = answer.StatusCode == HttpStatusCode.PartialContent && answer.Content.Headers.ContentRange?.From == file.Length;
        if (!goesOn) file.SetLength(0);
        file.Seek(0, SeekOrigin.End);
        var whole = file.Length + (answer.Content.Headers.ContentLength ?? 0);
        await using var body = await answer.Content.ReadAsStreamAsync(cancel);
        var buffer = new byte[Buffer];
        for (int got; (got = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            await file.WriteAsync(buffer.AsMemory(0, got), cancel);
            if (whole > 0) progress((double)file.Length / whole);
        }
        file.Flush(flushToDisk: true);
    }
}
