using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Revela.App.Metrics;

/// <summary>Adds up what this process measures on its meters, and writes it as Prometheus reads it (text format 0.0.4).</summary>
public sealed class MeterTotals : IDisposable
{
    // Upper bounds in seconds: from a quick answer to the longest that a service is waited for.
    static readonly double[] Bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];

    readonly MeterListener listener = new();
    readonly Lock gate = new();
    readonly SortedDictionary<(string Name, string Labels), double> values = [];
    readonly SortedDictionary<(string Name, string Labels), double[]> spread = [];
    readonly SortedDictionary<string, (string Type, string Help)> known = new(StringComparer.Ordinal);

    /// <param name="meters">Say which instruments are added up.</param>
    public MeterTotals(params Func<Instrument, bool>[] meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (meters.Any(owns => owns(instrument))) listening.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        listener.Start();
    }

    public void Write(StringBuilder text)
    {
        lock (gate)
        {
            foreach (var (name, (type, help)) in known)
            {
                text.Append($"# HELP {name} {help}\n# TYPE {name} {type}\n");
                foreach (var ((of, labels), value) in values)
                    if (of == name) text.Append(CultureInfo.InvariantCulture, $"{name}{{{labels}}} {value}\n");
                foreach (var ((of, labels), counts) in spread)
                    if (of == name) WriteSpread(text, name, labels, counts);
            }
        }
    }

    // Counts by bucket, then the sum of all values.
    static void WriteSpread(StringBuilder text, string name, string labels, double[] counts)
    {
        var total = 0d;
        for (var i = 0; i <= Bounds.Length; i++)
        {
            total += counts[i];
            var bound = i < Bounds.Length ? Bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{labels},le=\"{bound}\"}} {total}\n");
        }
        text.Append(CultureInfo.InvariantCulture, $"{name}_sum{{{labels}}} {counts[^1]}\n{name}_count{{{labels}}} {total}\n");
    }

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (type, name) = NameOf(instrument);
        var key = (name, LabelsOf(tags));
        lock (gate)
        {
            known.TryAdd(name, (type, instrument.Description ?? ""));
            if (type == "histogram")
            {
                if (!spread.TryGetValue(key, out var counts)) spread[key] = counts = new double[Bounds.Length + 2];
                var bucket = Array.FindIndex(Bounds, bound => value <= bound);
                counts[bucket < 0 ? Bounds.Length : bucket]++;
                counts[^1] += value;
            }
            else values[key] = type == "counter" ? values.GetValueOrDefault(key) + value : value;
        }
    }

    static (string Type, string Name) NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        return instrument switch
        {
            Histogram<double> => ("histogram", $"{name}_seconds"),
            Counter<long> => ("counter", $"{name}_total"),
            Counter<double> => ("counter", $"{name}_usd_total"),
            _ => ("gauge", name),
        };
    }

    static string LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags) labels.Append(labels.Length == 0 ? "" : ",").Append($"{name}=\"{value}\"");
        return labels.ToString();
    }

    public void Dispose() => listener.Dispose();
}
