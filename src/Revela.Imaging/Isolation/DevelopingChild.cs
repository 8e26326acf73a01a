using Microsoft.Win32.SafeHandles;
using Revela.Core;
using Revela.Core.Pipelines;
using Revela.Imaging.Header;
using Revela.Imaging.Native.Posix;
using Revela.Imaging.Operations;

namespace Revela.Imaging.Isolation;

/// <summary>The child process in which pixels are decoded: takes runs from its parent, one at a time, until the parent closes the pipe or kills it.</summary>
public static class DevelopingChild
{
    /// <summary>The hidden verb that starts this program as a child. Its arguments are those of <see cref="Confinement"/>.</summary>
    public const string Verb = "__develop";

    /// <summary>Never returns while the parent lives. Dispatch it before anything else is loaded.</summary>
    public static int Main(string[] args)
    {
        Confinement.Enter(Confinement.Parse(args));
        var (requests, replies) = ClaimPipes();
        var catalog = new OperationCatalog(TestOperations.IfEnabled);
        var code = Run(requests, replies, new InProcessRunner(catalog, TimeProvider.System), run => Reckon(catalog, run));

        // A decoder may still be inside native code; a normal exit could wait for it.
        Posix.ExitNow(code);
        return code;
    }

    /// <returns>0 when the parent closed the pipe, 2 when it sent what no parent sends.</returns>
    /// <param name="reckon">Megabytes of a run from its image's header; 0 when unknown.</param>
    public static int Run(Stream requests, Stream replies, IStepRunner runner, Func<StepRun, int> reckon)
    {
        using var conversation = new ChildConversation(replies, runner, reckon);
        try
        {
            conversation.Send(new ChildReply(ChildReply.Ready, 0));
            while (Wire.Read(requests, WireJson.Dialect.ChildRequest) is { } request) conversation.Hear(request);
            return 0;
        }
        catch (WireException)
        {
            return 2;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    static int Reckon(OperationCatalog catalog, StepRun run)
    {
        try
        {
            using var image = File.OpenRead(run.InputPath);
            return catalog.Megabytes(run.Steps, new HeaderReader().Read(image));
        }
        catch (Exception e) when (e is RevelaException or IOException)
        {
            return 0;
        }
    }

    /// <summary>
    /// Moves the pipes to numbers that no library knows. What native code prints on standard output then goes to standard error,
    /// and cannot be taken for a message.
    /// </summary>
    static (Stream Requests, Stream Replies) ClaimPipes()
    {
        int requests = Posix.Duplicate(0), replies = Posix.Duplicate(1);
        _ = Posix.DuplicateAs(Posix.OpenNull(), 0);
        _ = Posix.DuplicateAs(2, 1);
        return (Open(requests, FileAccess.Read), Open(replies, FileAccess.Write));
    }

    static FileStream Open(int file, FileAccess access) => new(new SafeFileHandle(file, ownsHandle: true), access, bufferSize: 0);
}
