namespace Revela.Bench;

/// <summary>The store's figures with their targets.</summary>
static class StoreFigures
{
    public static async Task Run(Report report)
    {
        var folder = Path.Combine(Repository.Artifacts, "bench", $"store-{Environment.ProcessId}");
        try
        {
            var figures = await StoreBench.Run(folder, rounds: report.Runs);
            report.Add("durable submissions from 50 callers", "jobs/s", figures["submits_per_s"], atLeast: 10_000);
            report.Add("jobs that do nothing, claimed and settled", "jobs/s", figures["drained_per_s"], atLeast: 10_000);
            report.Add("claims, no finished jobs", "jobs/s", figures["claims_per_s"]);
            report.Add("claims, 1,000,000 finished jobs", "jobs/s", figures["claims_per_s_with_history"]);
            report.Add("claim speed with that history", "of none", figures["claim_speed_with_history_ratio"], atLeast: 0.9);
            report.Add("10 jobs behind another tenant's 100,000", "ms", figures["other_tenant_delay_ms"], atMost: 2000);
            report.Add("submitted to claimed on an idle store, p50", "ms", figures["pickup_p50_ms"], atMost: 5);
            report.Add("submitted to claimed on an idle store, p99", "ms", figures["pickup_p99_ms"], atMost: 20);
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        }
    }
}
