using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Revela.Imaging.Operations;

/// <summary>Waits, cancellable, and lets the bytes pass: a simulated heavy load.</summary>
public sealed class Pause : Operation<Pause.Options>
{
    public sealed record Options
    {
        [Description("How long to wait, in seconds."), Range(0d, 3600d)]
        public double Seconds { get; init; } = 1;
    }

    public override string Name => "pause";
    public override string Summary => "Waits for some seconds and changes nothing: a simulated heavy load.";
    public override bool ChangesPixels => false;

    protected override bool LeavesBytes(Options options) => true;

    protected override double WaitSeconds(Options options) => options.Seconds;

    protected override async ValueTask Wait(Options options, RunContext context)
    {
        var start = context.Time.GetTimestamp();
        while (true)
        {
            var left = options.Seconds - context.Time.GetElapsedTime(start).TotalSeconds;
            if (left <= 0) break;
            context.Report(1 - left / options.Seconds);
            await Task.Delay(TimeSpan.FromSeconds(Math.Min(left, Step)), context.Time, context.Cancel);
        }
        context.Report(1);
    }

    // Seconds between two words of progress.
    const double Step = 0.25;
}
