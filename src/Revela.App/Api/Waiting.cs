using System.Globalization;
using Revela.App.Accounts;
using Revela.Core.Flow;
using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>Holds a request until its jobs have ended, for as long as it prefers (RFC 7240 <c>Prefer: wait=N</c>).</summary>
public sealed class Waiting(EventFeed feed, IJobStore jobs, RevelaOptions options, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>The jobs as they stand when all have ended, the time is over or the server stops; unknown ones are left out. Says in the answer which wait was applied.</summary>
    public async Task<IReadOnlyList<Job>> For(HttpContext http, params IReadOnlyList<Guid> ids)
    {
        if (Preferred(http.Request) is { } patience)
        {
            http.Response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={(int)patience.TotalSeconds}");
            await UntilEnded(http, ids, patience);
        }
        var seen = new List<Job>(ids.Count);
        foreach (var id in ids)
            if (await jobs.Get(http.Tenant(), id, http.RequestAborted) is { } job) seen.Add(job);
        return seen;
    }

    async Task UntilEnded(HttpContext http, IReadOnlyList<Guid> ids, TimeSpan patience)
    {
        var began = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping);
        try
        {
            foreach (var id in ids)
                if (patience - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
                    await feed.WaitForEnd(http.Tenant(), id, left, stop.Token);
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            // The server stops: the answer is the job as it stands.
        }
    }

    TimeSpan? Preferred(HttpRequest request)
    {
        foreach (var header in request.Headers["Prefer"])
            foreach (var preference in (header ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
                if (preference.StartsWith("wait=", StringComparison.OrdinalIgnoreCase)
                    && uint.TryParse(preference.AsSpan(5).Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                    return TimeSpan.FromSeconds(Math.Min(seconds, options.MaxWait.TotalSeconds));
        return null;
    }
}
