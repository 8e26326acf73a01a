namespace Revela.Imaging.Isolation;

/// <summary>
/// Networks that ended decoding children. After the second death within the time of <see cref="Pause"/> a network is refused for so long;
/// then one more death is enough. Kept by this process only; a network's file that is replaced has another name here.
/// </summary>
sealed class DistrustedModels(TimeProvider time)
{
    const int Patience = 2;

    static readonly TimeSpan Pause = TimeSpan.FromMinutes(10);

    readonly Lock gate = new();
    readonly Dictionary<string, (int Deaths, long Last)> known = [];

    /// <summary>Those that are not to be tried now.</summary>
    public IReadOnlyList<string> Now
    {
        get
        {
            lock (gate) return [.. known.Where(pair => pair.Value.Deaths >= Patience && time.GetElapsedTime(pair.Value.Last) < Pause).Select(pair => pair.Key)];
        }
    }

    /// <summary>Takes down that it ended a child.</summary>
    /// <returns>Whether it may be tried again now.</returns>
    public bool Note(string model)
    {
        lock (gate)
        {
            var before = known.GetValueOrDefault(model);
            // Long ago it was refused: it has used up its patience. A single death of long ago is forgotten.
            var remembered = before.Deaths >= Patience || time.GetElapsedTime(before.Last) < Pause ? before.Deaths : 0;
            var deaths = Math.Min(Patience, remembered + 1);
            known[model] = (deaths, time.GetTimestamp());
            return deaths < Patience;
        }
    }
}
