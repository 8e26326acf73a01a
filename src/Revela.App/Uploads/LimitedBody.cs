namespace Revela.App.Uploads;

/// <summary>The body of a request, refused beyond a limit.</summary>
/// <remarks>In the place of Kestrel's own limit, which reads no further once it refuses: a sender that still writes is then reset and loses the
/// answer that says why. What stays unread here Kestrel reads away behind the answer, for five seconds at most.</remarks>
public sealed class LimitedBody(Stream body, long? announced, long most) : Stream
{
    long most = most;
    long seen;

    /// <summary>Every request may send this many bytes from here on, until its route allows others.</summary>
    public static void Use(IApplicationBuilder app, long most) => app.Use(next => http =>
    {
        http.Request.Body = new LimitedBody(http.Request.Body, http.Request.ContentLength, most);
        return next(http);
    });

    /// <summary>This request may send so many bytes.</summary>
    public static void Allow(HttpContext http, long bytes) => ((LimitedBody)http.Request.Body).most = bytes;

    /// <exception cref="BadHttpRequestException">413: more has been announced or has come than may.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        if (announced <= most || announced is null)
        {
            var read = await body.ReadAsync(buffer, cancel);
            if ((seen += read) <= most) return read;
        }
        throw new BadHttpRequestException("The body is too large.", StatusCodes.Status413PayloadTooLarge);
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancel) => ReadAsync(buffer.AsMemory(offset, count), cancel).AsTask();

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
