using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Uploads;

/// <summary>Reads a request that may carry files: each streams to storage as it comes, and fields may stand before, between or after them.</summary>
public sealed class UploadReader(Intake intake, IAssetStore assets, IObjectStore objects, UploadGate gate, UploadOptions options)
{
    public const string FileField = "file";
    const int MaxFields = 100;
    const int MaxBoundary = 200;
    const int BufferBytes = 64 * 1024;

    /// <exception cref="RevelaException"><c>invalid-request</c>, <c>unsupported-media-type</c>, <c>too-large</c>, <c>busy</c>, or what the intake says of a file.</exception>
    /// <param name="aside">Names of files that are no pictures: each is put aside as it came.</param>
    public async Task<Upload> Read(HttpContext http, string fileField, CancellationToken cancel, params string[] aside)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)) throw WrongType();
        var upload = Begin(http);
        try
        {
            if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) await gate.Read(() => ReadMultipart(http, type, fileField, aside, upload, cancel), cancel);
            else if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) await ReadForm(http.Request, upload, cancel);
            else if (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)) upload.Fields = await ReadJson(http.Request, options.MaxFieldBytes, cancel);
            else throw WrongType();
            return upload;
        }
        catch
        {
            await upload.DisposeAsync();
            throw;
        }
    }

    /// <summary>An upload with nothing in it yet, for pictures that come by another way than the body.</summary>
    /// <exception cref="RevelaException"><c>busy</c>.</exception>
    public Upload Begin(HttpContext http) => new(http.Tenant(), assets, gate.Enter());

    /// <summary>The JSON object that is the whole body.</summary>
    public static async Task<JsonObject> ReadJson(HttpRequest request, int maxBytes, CancellationToken cancel)
    {
        if (!request.HasJsonContentType()) throw new RevelaException(ErrorCodes.UnsupportedMediaType, "Send application/json.");
        var bytes = await ReadAll(request.Body, maxBytes, cancel);
        try
        {
            // Duplicates are refused here and not at first use.
            var parsed = JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
            return parsed as JsonObject ?? throw Invalid("The body must be a JSON object.");
        }
        catch (JsonException)
        {
            throw Invalid("The body is not valid JSON.");
        }
    }

    async Task ReadMultipart(HttpContext http, MediaTypeHeaderValue type, string fileField, string[] aside, Upload upload, CancellationToken cancel)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundary) throw Invalid("The multipart body names no usable boundary.");
        LimitedBody.Allow(http, options.MaxRequestBytes);
        upload.IsForm = true;
        var parts = new MultipartReader(boundary, http.Request.Body, BufferBytes) { HeadersCountLimit = 16, HeadersLengthLimit = 16 * 1024, BodyLengthLimit = null };
        try
        {
            var fields = 0;
            while (await parts.ReadNextSectionAsync(cancel) is { } part)
            {
                if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition) || !disposition.DispositionType.Equals("form-data"))
                    throw Invalid("A part of the multipart body has no form-data name.");
                var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
                if (aside.Contains(name)) await PutAside(name, part.Body, upload, cancel);
                else if (name == fileField || disposition.IsFileDisposition()) await TakeFile(name, fileField, disposition, part.Body, upload, cancel);
                else if (++fields > MaxFields) throw Invalid($"The request has more than {MaxFields} fields.");
                else AddField(upload.Fields, name, Encoding.UTF8.GetString(await ReadAll(part.Body, options.MaxFieldBytes, cancel)));
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw Invalid("The multipart body is broken or ends too early.");
        }
    }

    async Task PutAside(string name, Stream body, Upload upload, CancellationToken cancel)
    {
        await using var file = upload.PutAside(name, objects.Scratch) ?? throw Invalid($"'{name}' was sent twice.");
        await body.CopyToAsync(file, cancel);
    }

    async Task TakeFile(string name, string fileField, ContentDispositionHeaderValue disposition, Stream body, Upload upload, CancellationToken cancel)
    {
        if (name != fileField) throw Invalid($"A file came as '{Shown(name)}'; files are sent as '{fileField}'.");
        if (upload.Received.Count >= options.MaxFiles) throw Invalid($"The request has more than {options.MaxFiles} files.");
        var given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName);
        upload.Add(await intake.Accept(upload.Tenant, body, FileNames.Clean(given.Value), cancel));
    }

    static async Task ReadForm(HttpRequest request, Upload upload, CancellationToken cancel)
    {
        upload.IsForm = true;
        try
        {
            var form = await request.ReadFormAsync(new FormOptions { ValueCountLimit = MaxFields }, cancel);
            foreach (var (name, values) in form)
                foreach (var value in values) AddField(upload.Fields, name, value ?? "");
        }
        catch (InvalidDataException)
        {
            throw Invalid("The form is broken or too large.");
        }
    }

    static void AddField(JsonObject fields, string name, string value)
    {
        if (fields[name] is not { } earlier) fields[name] = value;
        else if (earlier is JsonArray list) list.Add(value);
        else fields[name] = new JsonArray(earlier.DeepClone(), value);
    }

    static async Task<byte[]> ReadAll(Stream body, int maxBytes, CancellationToken cancel)
    {
        using var all = new MemoryStream();
        var buffer = new byte[8192];
        for (int read; (read = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (all.Length + read > maxBytes) throw new RevelaException(ErrorCodes.TooLarge, $"A field or JSON body may hold at most {maxBytes} bytes.");
            all.Write(buffer, 0, read);
        }
        return all.ToArray();
    }

    static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "…";

    static RevelaException WrongType() =>
        new(ErrorCodes.UnsupportedMediaType, "Send multipart/form-data, application/x-www-form-urlencoded or application/json.");

    static RevelaException Invalid(string message) => new(ErrorCodes.InvalidRequest, message);
}
