using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Revela.App.Notifications;
using Revela.App.Notifications.Said;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>An error answer (RFC 9457).</summary>
/// <param name="Type">Names the kind of problem: <c>urn:revela:</c> and the code.</param>
/// <param name="Detail">One sentence for a person, in the language of <c>Accept-Language</c> where there are words for it.</param>
/// <param name="Code">Stable; what programs should look at.</param>
/// <param name="Retryable">Whether the same request may succeed later without being changed.</param>
/// <param name="TraceId">Finds an unexpected error in the server's log.</param>
public sealed record Problem(string Type, string Title, int Status, string Detail, string Code, bool Retryable, string? TraceId = null);

/// <summary>Turns everything that goes wrong behind a door into one kind of answer; what is unexpected is logged and told to nobody.</summary>
public sealed partial class Problems(ILogger<Problems> log)
{
    public const string ContentType = "application/problem+json";
    static readonly TimeSpan OutageRetry = TimeSpan.FromSeconds(5);

    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
            if (!http.Response.HasStarted && http.Response.StatusCode >= 400 && http.Response.ContentType is null) await AnswerBare(http);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception e)
        {
            if (http.Response.HasStarted)
            {
                Broken(log, e, http.Request.Path);
                http.Abort();
            }
            else await Answer(http, e);
        }
    }

    /// <summary>The status that a code is answered with.</summary>
    public static int StatusOf(string code) => code switch
    {
        ErrorCodes.InvalidRequest => 400,
        ErrorCodes.Unauthorized or ErrorCodes.SignInRefused => 401,
        ErrorCodes.Forbidden or ErrorCodes.WrongOrigin or ErrorCodes.LinkExpired => 403,
        ErrorCodes.NotFound => 404,
        ErrorCodes.MethodNotAllowed => 405,
        ErrorCodes.NotFinished or ErrorCodes.WrongState or ErrorCodes.StaleLease or ErrorCodes.EmailTaken => 409,
        ErrorCodes.WrongVersion => 412,
        ErrorCodes.TooLarge => 413,
        ErrorCodes.UnsupportedFormat or ErrorCodes.UnsupportedMediaType => 415,
        ErrorCodes.BrokenImage or ErrorCodes.EmptyInput or ErrorCodes.TooManyPixels or ErrorCodes.TooManyFrames or ErrorCodes.OutputTooLarge
            or ErrorCodes.Quarantined or ErrorCodes.InvalidOptions or ErrorCodes.UnknownOperation or ErrorCodes.UnknownPipeline
            or ErrorCodes.InvalidPipeline or ErrorCodes.IdempotencyMismatch or ErrorCodes.UrlNotAllowed or ErrorCodes.UrlUnreachable or ErrorCodes.InputGone or ErrorCodes.HashMismatch => 422,
        // By the checksum extension of tus 1.0.
        ErrorCodes.ChecksumMismatch => 460,
        ErrorCodes.Busy or ErrorCodes.StorageUnavailable or ErrorCodes.StoreUnavailable => 503,
        _ => 500,
    };

    Task Answer(HttpContext http, Exception e)
    {
        switch (e)
        {
            case RevelaException refused:
                return Write(http, StatusOf(refused.Error.Code), refused.Error, refused.RetryAfter);
            case OutageException outage:
                Away(log, e, outage.Error.Code);
                return Write(http, 503, outage.Error, OutageRetry);
            case BadHttpRequestException bad:
                var code = bad.StatusCode == 413 ? ErrorCodes.TooLarge : ErrorCodes.InvalidRequest;
                return Write(http, bad.StatusCode, new JobError(code, bad.StatusCode == 413 ? "The request is too large." : "The request could not be read.", false));
            default:
                Unexpected(log, e, http.Request.Method, http.Request.Path);
                return Write(http, 500, new JobError(ErrorCodes.Internal, "Something went wrong here; it has been noted.", true), traceId: Activity.Current?.Id ?? http.TraceIdentifier);
        }
    }

    static Task AnswerBare(HttpContext http) => http.Response.StatusCode switch
    {
        404 => Write(http, 404, new JobError(ErrorCodes.NotFound, "There is nothing at this address.", false)),
        405 => Write(http, 405, new JobError(ErrorCodes.MethodNotAllowed, $"{http.Request.Method} does not work here.", false)),
        415 => Write(http, 415, new JobError(ErrorCodes.UnsupportedMediaType, "This content type is not taken here.", false)),
        416 => Task.CompletedTask,
        var status => Write(http, status, new JobError(status < 500 ? ErrorCodes.InvalidRequest : ErrorCodes.Internal, "The request could not be done.", status >= 500)),
    };

    static Task Write(HttpContext http, int status, JobError error, TimeSpan? retryAfter = null, string? traceId = null)
    {
        http.Response.StatusCode = status;
        http.Response.Headers.CacheControl = "no-store";
        if (retryAfter is { } wait) http.Response.Headers.RetryAfter = Math.Max(1, Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        else if (status == 503) http.Response.Headers.RetryAfter = "1";
        if (ErrorPage.For(http) is { } page) return page.Answer(http, status, error, traceId);
        // A shape is a contract with clients that know its words; only the problem speaks other languages.
        var shape = http.GetEndpoint()?.Metadata.GetMetadata<ErrorShape>();
        if (shape is null) error = InLanguage(http, error);
        http.Response.ContentType = shape is null ? ContentType : "application/json; charset=utf-8";
        var body = shape?.Spell(error) ?? new Problem($"urn:revela:{error.Code}", TitleOf(status), status, error.Message, error.Code, error.Retryable, traceId);
        return http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), RevelaJson.Options), http.RequestAborted).AsTask();
    }

    // The detail is for a person; programs look at the code.
    static JobError InLanguage(HttpContext http, JobError error)
    {
        var language = Words.LanguageOf(http.Request);
        if (language == Words.English || Sentences.In(language, error.Message) is not { } said) return error;
        http.Response.Headers.ContentLanguage = language;
        return error with { Message = said };
    }

    static string TitleOf(int status) => status == 460 ? "Checksum Mismatch" : ReasonPhrases.GetReasonPhrase(status);

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected error in {Method} {Path}")]
    static partial void Unexpected(ILogger log, Exception e, string method, string path);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Away: {Code}")]
    static partial void Away(ILogger log, Exception e, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "An answer at {Path} broke off")]
    static partial void Broken(ILogger log, Exception e, string path);
}
