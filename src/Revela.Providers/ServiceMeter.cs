using System.Diagnostics.Metrics;
using System.Text.Json;

namespace Revela.Providers;

/// <summary>What this process measures of its calls to services, on the meter <c>Revela.Services</c>: how many, how they ended, how long they took, what they cost and what credit is left.</summary>
public sealed class ServiceMeter : IDisposable
{
    public const string Name = "Revela.Services";

    readonly Meter meter = new(Name);
    readonly Counter<long> calls;
    readonly Histogram<double> seconds;
    readonly Counter<double> dollars;
    readonly Gauge<double> credits;

    public ServiceMeter()
    {
        calls = meter.CreateCounter<long>("revela.service.calls", "{call}", "Calls to services, by how they ended.");
        seconds = meter.CreateHistogram<double>("revela.service.duration", "s", "Time of calls to services.");
        dollars = meter.CreateCounter<double>("revela.service.cost", "USD", "What services took.");
        credits = meter.CreateGauge<double>("revela.service.credits_left", "{credit}", "Credits left, as the service last said.");
    }

    /// <summary>Whether an instrument is one of this meter's, and not of another's of the same name.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == meter;

    internal void Note(OutsideEngine engine, ServiceAnswer answer, TimeSpan took)
    {
        KeyValuePair<string, object?> service = new("service", engine.Name), operation = new("operation", engine.Operation);
        calls.Add(1, service, operation, new("outcome", JsonNamingPolicy.KebabCaseLower.ConvertName(answer.GetType().Name)));
        seconds.Record(took.TotalSeconds, service, operation);
        if (answer.CostUsd > 0) dollars.Add((double)answer.CostUsd, service, operation);
        if (answer is ServiceAnswer.Picture { Notes: { } notes } && notes["credits_left"] is { } left) credits.Record(left.GetValue<double>(), service);
    }

    public void Dispose() => meter.Dispose();
}
