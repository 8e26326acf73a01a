using System.Net;
using System.Net.Sockets;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Imaging.Models;

namespace Revela.App.Cli;

/// <summary>Every way in which a verb can end badly, as one sentence and an exit code.</summary>
static class Failures
{
    public static int Report(Exception error, Terminal terminal)
    {
        var (code, message) = Describe(error);
        terminal.Say($"revela: {message}");
        if (Environment.GetEnvironmentVariable("REVELA_TRACE") == "1") terminal.Say(error.ToString());
        return code;
    }

    static (int Code, string Message) Describe(Exception error) => error switch
    {
        CliException refused => (refused.ExitCode, refused.Message),
        ApiException { Status: HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden } refused => (ExitCode.NotAllowed, refused.Message),
        ApiException refused => (ExitCode.Failed, refused.Message),
        OptionsException settings => (ExitCode.Usage, string.Join("\nrevela: ", settings.Mistakes)),
        RevelaException { Error: { Code: ErrorCodes.UnknownPipeline or ErrorCodes.UnknownOperation or ErrorCodes.InvalidOptions or ErrorCodes.InvalidPipeline } asked } =>
            (ExitCode.Usage, $"{asked.Message} ({asked.Code})"),
        RevelaException { Error: { Code: ErrorCodes.Unauthorized or ErrorCodes.Forbidden } denied } => (ExitCode.NotAllowed, $"{denied.Message} ({denied.Code})"),
        RevelaException refused => (ExitCode.Failed, $"{refused.Error.Message} ({refused.Error.Code})"),
        OutageException away => (ExitCode.Failed, $"{away.Error.Message} ({away.Error.Code})"),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } wary =>
            (ExitCode.Unreachable, $"no secure connection to the server: {(wary.InnerException ?? wary).Message.TrimEnd('.')}; a certificate of an authority of your own is trusted once SSL_CERT_FILE names that authority's file"),
        HttpRequestException or SocketException => (ExitCode.Unreachable, $"the server does not answer: {error.Message}"),
        ModelException model => (ExitCode.Failed, model.Message),
        OperationCanceledException => (ExitCode.Interrupted, "stopped"),
        IOException or UnauthorizedAccessException => (ExitCode.Failed, error.Message),
        _ => (ExitCode.Failed, $"unexpected: {error.Message} (REVELA_TRACE=1 shows where)"),
    };
}
