using Revela.Core;
using Revela.Core.Flow;
using Revela.Core.Queues;
using Revela.Core.Schedules;

namespace Revela.App.Schedules;

/// <summary>
/// Submits what is due. One server does it for all; a time that passed while none ran is made up for once, by a single submission.
/// </summary>
public sealed class Scheduler(
    IScheduleStore schedules, ScheduledSubmission submission, IWorkerStore workers, WorkerInfo identity, WorkerOptions options, TimeProvider time, ILogger<Scheduler> log)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stopping)
    {
        using var duty = new Duty("schedules", workers, identity, options, time);
        using var timer = new PeriodicTimer(options.RescueEvery, time);
        do
        {
            try
            {
                if (await duty.IsMine(stopping)) await RunDue(stopping);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                log.LogWarning(e, "Schedules could not be looked at; trying again");
            }
        }
        while (await timer.WaitForNextTickAsync(stopping));
    }

    async Task RunDue(CancellationToken cancel)
    {
        foreach (var schedule in await schedules.Due(time.GetUtcNow(), cancel))
        {
            var run = await Run(schedule, schedule.NextAt!.Value, cancel);
            await schedules.Ran(schedule.Id, run, CronTime.Next(schedule, time.GetUtcNow()), cancel);
        }
    }

    // What is refused now is told and left until the next time; what an outage stops is tried again.
    async Task<ScheduleRun> Run(Schedule schedule, DateTimeOffset at, CancellationToken cancel)
    {
        try
        {
            return new ScheduleRun(at, await submission.Submit(schedule, at, cancel), null);
        }
        catch (RevelaException e)
        {
            return new ScheduleRun(at, null, e.Error.Message);
        }
    }
}
