using System.Text.Json.Nodes;
using Revela.Core.Ledger;
using Revela.Core.Pipelines;

namespace Revela.Providers;

/// <summary>One operation as one service does it.</summary>
public abstract class OutsideEngine
{
    /// <summary>As a step names it: <c>clipdrop</c>. It is also the group of its settings.</summary>
    public abstract string Name { get; }

    public abstract string Operation { get; }

    /// <summary>Whether a call costs money, so that one without an answer must not be made again.</summary>
    public abstract bool IsPaid { get; }

    /// <summary>What a call for this step is reckoned to take, in US dollars.</summary>
    public virtual decimal UsdFor(Step step) => 0;

    /// <summary>How often the service may be called under its key.</summary>
    public virtual CallLimits Limits { get; } = new();

    /// <summary>Null when it is set up; otherwise one sentence that names the setting.</summary>
    public abstract string? Missing { get; }

    /// <summary>Whether the picture is sent byte for byte, whatever it is; else as a JPEG.</summary>
    public virtual bool SendsAsIs => false;

    /// <summary>What is sent at most; larger pictures are made smaller first, unless they are sent as they are.</summary>
    public abstract SendLimits Takes { get; }

    /// <summary>Asks the service. Everything it can say, and everything that can break, is an answer.</summary>
    public abstract Task<ServiceAnswer> Call(ServiceCall call, CancellationToken cancel);

    /// <summary>What is done here with what came back, in a decoding child: nothing that a service sent is published undecoded.</summary>
    public abstract Step Finish(Step step);

    /// <summary>Tries the service and its key without spending anything. One sentence: what answered.</summary>
    /// <exception cref="InvalidOperationException">It does not work, and why.</exception>
    public abstract Task<string> Check(CancellationToken cancel);
}

/// <param name="Pixels">Width × height.</param>
/// <param name="Bytes">Of the file as sent.</param>
public sealed record SendLimits(long Pixels, long Bytes);

/// <summary>All that a service needs for one step.</summary>
/// <param name="PicturePath">A JPEG, upright, without metadata and transparency, within the engine's limits; or the job's picture as it is.</param>
/// <param name="ReplyPath">Where its picture is to be put.</param>
/// <param name="Width">Of the picture that the step shall make of the job's.</param>
public sealed record ServiceCall(Step Step, JsonObject? JobMetadata, string PicturePath, string ContentType, string ReplyPath, int Width, int Height, StepTicket Ticket)
{
    /// <summary>More pictures that show what is meant, prepared like the first.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    public Guid JobId => Ticket.JobId;

    /// <summary>The same for every try at this step of this job; for services that know a call again.</summary>
    public string Id => $"{Ticket.JobId:N}-{Ticket.StepIndex}";

    public const string IdHeader = "Idempotency-Key";
}
