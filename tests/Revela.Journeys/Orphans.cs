using Shouldly;

namespace Revela.Journeys;

/// <summary>Processes of the program that outlive the one that started them.</summary>
static class Orphans
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Look = TimeSpan.FromMilliseconds(25);

    /// <summary>There is none; one that its parent's death has doomed may take a moment to be gone.</summary>
    public static async Task AreGone()
    {
        var end = TimeProvider.System.GetUtcNow() + Patience;
        while (ProcessTree.Orphans(RevelaProcess.Binary) is { Count: > 0 } left)
        {
            (TimeProvider.System.GetUtcNow() < end).ShouldBeTrue($"processes that outlived their parent: {string.Join(", ", left)}");
            await Task.Delay(Look, TimeProvider.System);
        }
    }
}
