using Revela.App.Api.Views;
using Revela.Core.Jobs;

namespace Revela.App.Cli;

/// <summary>What became of the files of one <c>submit</c>: told file by file, and in one line at the end.</summary>
sealed class Tally(Terminal terminal, bool json, ResultFiles? results)
{
    readonly Lock gate = new();
    int accepted;
    int completed;

    public int Failed { get; private set; }

    public Task Accepted(JobView job)
    {
        Tell(() => accepted++, () => terminal.Print(job.Id.ToString("D")), job);
        return Task.CompletedTask;
    }

    public void Refused(InputFile input, string reason)
    {
        lock (gate)
        {
            Failed++;
            terminal.Say($"{input.Path}: {reason}");
        }
    }

    public async Task Ended(InputFile input, JobView job, CancellationToken cancel)
    {
        if (job.State != JobState.Completed)
        {
            Tell(() => Failed++, () => terminal.Say($"{input.Path}: {job.Error?.Message ?? "cancelled"} ({job.Error?.Code ?? ErrorCodes.Cancelled})"), job);
            return;
        }
        var written = results is null ? [] : await results.Save(input, job, cancel);
        Tell(() => completed++, () =>
        {
            foreach (var line in results is null ? [job.Id.ToString("D")] : written) terminal.Print(line);
        }, job);
    }

    public void Sum(bool stayed)
    {
        if (json) return;
        terminal.Say(stayed ? $"{completed} completed, {Failed} failed" : $"{accepted} accepted, {Failed} refused");
    }

    void Tell(Action count, Action inWords, JobView job)
    {
        lock (gate)
        {
            count();
            if (json) terminal.PrintJson(job, indented: false);
            else inWords();
        }
    }
}
