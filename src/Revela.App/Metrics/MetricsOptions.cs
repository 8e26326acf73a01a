namespace Revela.App.Metrics;

/// <summary>Where processes are measured that have no doors otherwise.</summary>
public sealed record MetricsOptions
{
    /// <summary>Address at which <c>revela work</c> answers <c>/metrics</c>, with its calls to services, and <c>/health/live</c>, such as <c>http://*:9464</c>; null for none. Workers of one machine need a port each.</summary>
    public string? WorkerUrl { get; init; }

    public IEnumerable<string> Mistakes()
    {
        if (WorkerUrl is not null && !(WorkerUrl.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && RevelaOptions.IsListenAddress(WorkerUrl))) yield return $"metrics.worker_url: '{WorkerUrl}' is not an address like http://127.0.0.1:9464.";
    }
}
