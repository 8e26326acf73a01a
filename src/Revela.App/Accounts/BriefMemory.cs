using System.Collections.Concurrent;

namespace Revela.App.Accounts;

/// <summary>Remembers answers so briefly that what was revoked is refused within seconds; those who ask at the same time share one look.</summary>
sealed class BriefMemory<T>(TimeProvider time)
{
    const int MaxRemembered = 1000;
    static readonly TimeSpan RememberFor = TimeSpan.FromSeconds(2);

    readonly ConcurrentDictionary<string, Remembered> remembered = new();

    /// <param name="look">Shared by all who wait for it, so it obeys no single one's cancellation.</param>
    public async ValueTask<T> Ask(string question, Func<string, Task<T>> look, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (!remembered.TryGetValue(question, out var entry) || entry.Until <= now || entry.Answer.IsFaulted || entry.Answer.IsCanceled)
        {
            if (remembered.Count >= MaxRemembered) remembered.Clear();
            entry = remembered[question] = new Remembered(look(question), now + RememberFor);
        }
        return await entry.Answer.WaitAsync(cancel);
    }

    public void Forget(string question) => remembered.TryRemove(question, out _);

    sealed record Remembered(Task<T> Answer, DateTimeOffset Until);
}
