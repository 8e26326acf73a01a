using Revela.App.Accounts;

namespace Revela.App.Folders;

/// <summary>A folder whose pictures are developed as they come.</summary>
public sealed record WatchOptions
{
    /// <summary>The folder; null for none. Pictures are put into <c>in</c> there and results come in <c>done</c>.</summary>
    public string? Folder { get; init; }

    /// <summary>Name of the pipeline.</summary>
    public string Pipeline { get; init; } = "web";

    /// <summary>Whose the pictures are.</summary>
    public string Tenant { get; init; } = KeyRing.DefaultTenant;

    /// <summary>How often it is looked at; a file is taken once it has stayed the same between two looks.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(2);

    public IEnumerable<string> Mistakes()
    {
        if (Every < TimeSpan.FromMilliseconds(100) || Every > TimeSpan.FromHours(1)) yield return "watch.every must be between 100 milliseconds and 1 hour.";
        if (string.IsNullOrWhiteSpace(Tenant)) yield return "watch.tenant must be a name.";
    }
}
