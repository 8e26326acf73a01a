using System.Text.Json.Nodes;

namespace Revela.App.Recipes.RacePhotos;

/// <summary>What a person makes of a doubtful reading.</summary>
public enum Ruling
{
    /// <summary>It is the number that was read.</summary>
    Accept,

    /// <summary>It is another number.</summary>
    Correct,

    /// <summary>It is nobody's number.</summary>
    Reject,

    /// <summary>As if nobody had decided it.</summary>
    Undo,
}

/// <param name="Bib">As it was read.</param>
/// <param name="Box">Where it was read: with <paramref name="Bib"/> what a reading is known by.</param>
/// <param name="Number">What it is; only for <see cref="Ruling.Correct"/>.</param>
public sealed record Decision(string Bib, Box Box, Ruling Ruling, string? Number = null);

/// <summary>Moves readings of a photo between what waits for a person, what is asserted and what is rejected; nothing of what was read is lost.</summary>
public static class Review
{
    /// <summary>Fields of a photo's data, as <c>read-bibs</c> writes them; the last holds what persons rejected.</summary>
    public const string Detections = "detections", Waiting = "review", Rejected = "rejected";

    /// <summary>What a photo is found by while one of its readings waits.</summary>
    public const string Label = "review";

    /// <summary>The data as it is after the decision; null when no such reading is there to be decided.</summary>
    public static JsonObject? Decide(JsonObject? data, Decision decision)
    {
        var decided = (JsonObject?)data?.DeepClone() ?? [];
        var lists = new Lists(Of(decided, Detections), Of(decided, Waiting), Of(decided, Rejected));
        if (!(decision.Ruling == Ruling.Undo ? Undo(lists, decision) : Settle(lists, decision))) return null;
        (decided[Detections], decided[Waiting], decided[Rejected]) = (Array(lists.Asserted), Array(lists.Waiting), Array(lists.Rejected));
        decided["labels"] = Labels(lists);
        return decided;
    }

    static bool Settle(Lists lists, Decision decision)
    {
        if (Take(lists.Waiting, reading => IsOf(reading, reading, decision)) is not { } reading) return false;
        if (decision.Ruling == Ruling.Reject) lists.Rejected.Add(reading);
        else lists.Asserted.Add(Asserted(reading, decision.Number ?? decision.Bib));
        return true;
    }

    static bool Undo(Lists lists, Decision decision)
    {
        if (Take(lists.Rejected, reading => IsOf(reading, reading, decision)) is { } rejected) lists.Waiting.Add(rejected);
        else if (Take(lists.Asserted, reading => reading["read"] is JsonObject read && IsOf(reading, read, decision)) is { } asserted) lists.Waiting.Add(Doubtful(asserted));
        else return false;
        return true;
    }

    static JsonObject Asserted(JsonObject reading, string number)
    {
        var read = new JsonObject { ["bib"] = reading["bib"]?.DeepClone(), ["confidence"] = reading["confidence"]?.DeepClone(), ["reason"] = reading["reason"]?.DeepClone() };
        return new JsonObject { ["bib"] = number, ["confidence"] = 1, ["box"] = reading["box"]?.DeepClone(), ["read"] = read };
    }

    static JsonObject Doubtful(JsonObject asserted)
    {
        var reading = (JsonObject)asserted["read"]!.DeepClone();
        reading["box"] = asserted["box"]?.DeepClone();
        return reading;
    }

    static bool IsOf(JsonObject reading, JsonObject read, Decision decision) =>
        read["bib"]?.ToString() == decision.Bib && Photos.BoxOf(reading["box"] as JsonObject) == decision.Box;

    static JsonObject? Take(List<JsonObject> readings, Predicate<JsonObject> isIt)
    {
        var index = readings.FindIndex(isIt);
        if (index < 0) return null;
        var taken = readings[index];
        readings.RemoveAt(index);
        return taken;
    }

    static List<JsonObject> Of(JsonObject data, string field) => [.. (data[field] as JsonArray ?? []).OfType<JsonObject>().Select(reading => (JsonObject)reading.DeepClone())];

    static JsonArray Array(List<JsonObject> readings) => new([.. readings]);

    static JsonArray Labels(Lists lists)
    {
        var labels = lists.Asserted.Select(reading => $"bib:{reading["bib"]}").Distinct(StringComparer.Ordinal);
        if (lists.Waiting.Count > 0) labels = labels.Append(Label);
        return new([.. labels.Select(label => JsonValue.Create(label))]);
    }

    sealed record Lists(List<JsonObject> Asserted, List<JsonObject> Waiting, List<JsonObject> Rejected);
}
