using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Storage;

namespace Revela.App;

/// <summary>Opens the store for a process that is to stay: a database or a storage elsewhere that is away is waited for, since machines come back in any order.</summary>
static partial class StoreWait
{
    static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(5);

    /// <exception cref="OutageException">What no waiting mends: the data folder cannot be used, or what is elsewhere refuses this process.</exception>
    public static async Task<IStore> Open(RevelaOptions options, ILoggerFactory? log, CancellationToken cancel)
    {
        var said = (log ?? NullLoggerFactory.Instance).CreateLogger("Revela.Store");
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await Setup.OpenStore(options, log, cancel);
            }
            catch (OutageException away) when (IsElsewhere(away, options) && !away.IsRefusal)
            {
                Waiting(said, away.Message, away.InnerException?.Message, pause.TotalSeconds);
                await Task.Delay(pause, TimeProvider.System, cancel);
            }
        }
    }

    static bool IsElsewhere(OutageException away, RevelaOptions options) =>
        away.Error.Code == ErrorCodes.StorageUnavailable ? options.S3.Endpoint is not null : options.Store.Postgres is not null;

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Away} ({Reason}) Trying again in {Seconds} s")]
    static partial void Waiting(ILogger log, string away, string? reason, double seconds);
}
