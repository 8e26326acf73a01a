using System.Runtime.CompilerServices;
using Shouldly;

namespace Revela.Tests;

/// <summary>Looks again and again until what must happen has happened, also on a machine that has other things to do.</summary>
static class Eventually
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), Between = TimeSpan.FromMilliseconds(25);

    /// <summary>What was seen when it was so.</summary>
    public static async Task<T> Sees<T>(Func<Task<T>> look, Func<T, bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (true)
        {
            var seen = await look();
            if (isSo(seen)) return seen;
            if (TimeProvider.System.GetUtcNow() > end) throw new ShouldAssertException($"This did not become so: {what}\nLast seen: {seen}");
            await Task.Delay(Between, TimeProvider.System);
        }
    }

    public static Task Is(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "") => Sees(() => Task.FromResult(isSo()), so => so, what);
}
