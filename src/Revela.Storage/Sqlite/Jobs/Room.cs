using Revela.Core.Jobs;

namespace Revela.Storage.Sqlite.Jobs;

/// <summary>How many jobs a queue's limits let a worker begin now.</summary>
/// <param name="NextDue">When time alone will make more room, in microseconds; null when it will not.</param>
readonly record struct Room(int Jobs, long? NextDue)
{
    // The sum of many small refills must not fall short of a whole start.
    const double Rounding = 1e-6;

    /// <param name="running">Jobs of this queue that the worker runs now.</param>
    public static Room In(QueueLine line, ClaimRequest request, int running, DateTimeOffset time)
    {
        if (line.Settings.Paused || request.Queues?.Contains(line.Name) == false) return default;
        var jobs = (line.Settings.Concurrency ?? request.Slots) - running;
        if (line.Settings.GlobalLimit is { } limit) jobs = (int)Math.Min(jobs, limit - line.Now.Processing);
        if (jobs <= 0) return default;

        var now = Micros.Of(time);
        var gapEnds = GapEnds(line);
        if (gapEnds > now) return new Room(0, gapEnds);
        if (gapEnds > 0) jobs = Math.Min(jobs, 1);
        if (line.Settings.RateLimit is not { } rate) return new Room(jobs, null);

        Refill(line, rate, now);
        var allowed = (int)(line.Now.Tokens + Rounding);
        return new Room(Math.Min(jobs, allowed), allowed < jobs ? now + UntilNextToken(line, rate) : null);
    }

    /// <summary>Notes that a job begins.</summary>
    public static void Use(QueueLine line, DateTimeOffset time)
    {
        line.Now.LastStart = Micros.Of(time);
        if (line.Settings.RateLimit is not null) line.Now.Tokens = Math.Max(0, line.Now.Tokens - 1);
    }

    static long GapEnds(QueueLine line) => line.Settings.MinGap <= TimeSpan.Zero
        ? 0
        : Math.Max(line.Now.LastStart, line.Now.LastEnd) + Micros.Of(line.Settings.MinGap);

    static void Refill(QueueLine line, int rate, long now)
    {
        var period = Math.Max(1, Micros.Of(line.Settings.RatePeriod));
        var since = Math.Max(0, now - line.Now.TokensAt);
        line.Now.Tokens = Math.Min(rate, line.Now.Tokens + (double)since * rate / period);
        line.Now.TokensAt = now;
    }

    static long UntilNextToken(QueueLine line, int rate)
    {
        if (rate <= 0) return Micros.Of(TimeSpan.FromDays(1));
        var missing = Math.Floor(line.Now.Tokens + Rounding) + 1 - line.Now.Tokens;
        return (long)Math.Ceiling(missing * Math.Max(1, Micros.Of(line.Settings.RatePeriod)) / rate);
    }
}
