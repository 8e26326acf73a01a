using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.Core.Jobs;
using Revela.Core.Ledger;

namespace Revela.App.Metrics;

/// <summary>GET /metrics: the ledger of the store, and what this process measures of its calls to services and of late workers, for Prometheus.</summary>
public static class ReadMetrics
{
    const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    [EndpointSummary("Read the metrics, as Prometheus does")]
    [EndpointDescription("Jobs by queue and state are those of the whole store; calls to services and refused writes of late workers are those of this process: each worker process tells its own at `metrics.worker_url`.")]
    [Gives(ContentType)]
    [Refuses(503)]
    public static async Task<ContentHttpResult> Handle(IJobStore jobs, MeterTotals totals, CancellationToken cancel)
    {
        var text = new StringBuilder("# HELP revela_jobs Jobs of the store, by queue and state; delayed and parked ones are pending too.\n# TYPE revela_jobs gauge\n");
        foreach (var line in await jobs.Ledger(cancel))
            foreach (var (state, count) in Counts(line))
                text.Append(CultureInfo.InvariantCulture, $"revela_jobs{{queue=\"{line.Queue}\",state=\"{state}\"}} {count}\n");
        totals.Write(text);
        return TypedResults.Text(text.ToString(), ContentType);
    }

    /// <summary>The same of a worker: the jobs are every process's, and told by the servers.</summary>
    public static ContentHttpResult HandleWorker(MeterTotals services)
    {
        var text = new StringBuilder();
        services.Write(text);
        return TypedResults.Text(text.ToString(), ContentType);
    }

    static (string State, long Count)[] Counts(QueueLedger line) =>
    [
        ("pending", line.Pending), ("delayed", line.Delayed), ("parked", line.Parked), ("processing", line.Processing),
        ("completed", line.Completed), ("failed", line.Failed), ("cancelled", line.Cancelled),
    ];
}
