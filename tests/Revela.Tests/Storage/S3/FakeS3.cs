using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Revela.Tests.Storage.S3;

/// <summary>Takes what a client says to S3, so that a test can read it, and answers as told.</summary>
sealed class FakeS3 : IAsyncDisposable
{
    readonly WebApplication app;
    readonly List<Heard> heard = [];
    readonly Func<Heard, int> answer;

    FakeS3(WebApplication app, Func<Heard, int> answer) => (this.app, this.answer) = (app, answer);

    /// <param name="Count">How many requests of this method and address came before, this one included.</param>
    public sealed record Heard(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, long BodyBytes, int Count);

    public IReadOnlyList<Heard> All
    {
        get
        {
            lock (heard) return [.. heard];
        }
    }

    public string Endpoint => app.Urls.First();

    /// <param name="answer">The status of each answer; 200 comes with what the client needs to go on.</param>
    public static async Task<FakeS3> Start(Func<Heard, int>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var fake = new FakeS3(builder.Build(), answer ?? (_ => 200));
        fake.app.Run(fake.Answer);
        await fake.app.StartAsync();
        return fake;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    async Task Answer(HttpContext context)
    {
        var request = context.Request;
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var status = answer(Note(request, body.Length));
        context.Response.StatusCode = status;
        if (status != 200) return;
        context.Response.Headers.ETag = "\"0123\"";
        if (request.Method == "HEAD") context.Response.ContentLength = Sum(request.Path);
        if (request.Method == "POST") await context.Response.WriteAsync("<R xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Bucket>b</Bucket><Key>k</Key><UploadId>u1</UploadId><ETag>\"0123\"</ETag></R>");
    }

    // What the good answers to a multipart upload have made.
    long Sum(PathString path)
    {
        lock (heard) return heard.Where(one => one.Path == path && one.Query.Contains("partNumber=", StringComparison.Ordinal)).GroupBy(one => one.Query).Sum(part => part.First().BodyBytes);
    }

    Heard Note(HttpRequest request, long bytes)
    {
        var (path, query) = (request.Path.Value!, request.QueryString.Value!);
        var headers = request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        lock (heard)
        {
            var count = heard.Count(one => (one.Method, one.Path, one.Query) == (request.Method, path, query)) + 1;
            var one = new Heard(request.Method, path, query, headers, bytes, count);
            heard.Add(one);
            return one;
        }
    }
}
