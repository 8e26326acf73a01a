using Npgsql;
using Revela.Services;

namespace Revela.Bench.Peers;

/// <summary>
/// What others reach on this machine with the same work: image libraries with that of <c>pixels</c>, the usual stack of web server, broker and workers
/// with that of <c>accept</c>, queues with that of <c>postgres</c>. Each at its best setting; one that is not installed is named and left out.
/// </summary>
static class PeersBench
{
    public static async Task Run(Report report)
    {
        await Pixels(report);
        await PeerStack.Run(report);
        await Queues(report);
    }

    static async Task Pixels(Report report)
    {
        _ = (Photos.TwelveMegapixels, Photos.TwelveMegapixelsWithAlpha);
        foreach (var script in (string[])["pixels_opencv.py", "pixels_pillow.py", "pixels_sharp.mjs"])
            await PeerScript.Run(report, script, [Photos.Folder, $"{report.Runs}"]);
    }

    static async Task Queues(Report report)
    {
        await using var service = await PostgresService.Start();
        foreach (var script in (string[])["queue_pgboss.mjs", "queue_graphile.mjs"])
        {
            if (service is null) report.LeaveOut(script, "PostgreSQL is not installed");
            else await PeerScript.Run(report, script, [$"{report.Runs}"], Address(service.ConnectionString(await service.CreateDatabase())));
        }
    }

    // As libpq and every client after its example reads it.
    static Dictionary<string, string> Address(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return new() { ["PGHOST"] = parts.Host!, ["PGUSER"] = parts.Username!, ["PGDATABASE"] = parts.Database! };
    }
}
