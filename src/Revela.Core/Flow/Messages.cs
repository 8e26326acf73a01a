using Microsoft.Extensions.Logging;

namespace Revela.Core.Flow;

/// <summary>What the spine writes to the log.</summary>
static partial class Messages
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not renew {Count} leases")]
    public static partial void RenewFailed(ILogger log, Exception e, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not claim work; trying again")]
    public static partial void ClaimFailed(ILogger log, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not settle job {Job}; trying again while its lease holds")]
    public static partial void SettleFailed(ILogger log, Exception e, Guid job);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Job {Job} ended under lease {Lease}, which is no longer its own; nothing was written")]
    public static partial void Stale(ILogger log, Guid job, long lease);

    [LoggerMessage(Message = "Refused the {Write} of job {Job} under lease {Lease}, which is gone; nothing was written")]
    public static partial void StaleWrite(ILogger log, LogLevel level, string write, Guid job, long lease);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lease {Lease} of job {Job} is gone: its renewal was refused, and its work is let go")]
    public static partial void LeaseGone(ILogger log, Guid job, long lease);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Lease {Lease} of job {Job} is lost; its work is let go")]
    public static partial void LeaseLost(ILogger log, Guid job, long lease);

    [LoggerMessage(Level = LogLevel.Error, Message = "Job {Job} met an unexpected error")]
    public static partial void Unexpected(ILogger log, Exception e, Guid job);

    [LoggerMessage(Level = LogLevel.Information, Message = "Job {Job} failed: {Code}: {Reason}")]
    public static partial void Failed(ILogger log, Guid job, string code, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Took back {Count} jobs of workers that died")]
    public static partial void Rescued(ILogger log, int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Task} did not finish; trying again")]
    public static partial void UpkeepFailed(ILogger log, Exception e, string task);

    [LoggerMessage(Level = LogLevel.Information, Message = "Deleted {Count} orphan objects")]
    public static partial void OrphansDeleted(ILogger log, int count);
}
