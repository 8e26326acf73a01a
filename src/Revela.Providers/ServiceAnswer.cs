using System.Text.Json.Nodes;

namespace Revela.Providers;

/// <summary>What a service said to a call, whatever its wire format: everything that is documented, and everything that can break.</summary>
public abstract record ServiceAnswer
{
    /// <summary>What the service took for it, in US dollars.</summary>
    public decimal CostUsd { get; init; }

    /// <param name="Path">The file of the picture; sniffed by nobody yet.</param>
    /// <param name="By">Who made it, such as <c>gemini-3.1-flash-image</c>.</param>
    /// <param name="Notes">What else the service told, such as the credits left.</param>
    public sealed record Picture(string Path, string By, JsonObject? Notes = null) : ServiceAnswer;

    /// <summary>Against the service's own rules; it will say so again.</summary>
    public sealed record Refused(string Reason) : ServiceAnswer;

    /// <summary>The service cannot take this picture or request; it will say so again.</summary>
    public sealed record Unfit(string Reason) : ServiceAnswer;

    /// <summary>What is asked for is beyond the service; another engine may do it.</summary>
    public sealed record Unable(string Reason) : ServiceAnswer;

    /// <summary>A setting is wrong.</summary>
    /// <param name="Setting">As in the settings file: <c>clipdrop.key</c>.</param>
    public sealed record Misconfigured(string Setting, string Reason) : ServiceAnswer;

    /// <param name="After">How long to wait, to the fraction of a second; null when the service does not say.</param>
    public sealed record RateLimited(TimeSpan? After) : ServiceAnswer;

    /// <summary>What may be asked for in a day is used up.</summary>
    public sealed record QuotaSpent(DateTimeOffset Until, string Reason) : ServiceAnswer;

    public sealed record OutOfCredit(string Reason) : ServiceAnswer;

    /// <summary>It was not asked, or asked to wait: no money, no quota, or not its turn.</summary>
    public sealed record Withheld(Core.Jobs.Parked Why) : ServiceAnswer;

    /// <summary>In order, but without a picture; another try may give one.</summary>
    public sealed record Empty(string Reason) : ServiceAnswer;

    /// <summary>The work was done, and its answer cannot be read.</summary>
    public sealed record Broken(string Reason) : ServiceAnswer;

    /// <summary>Nothing was done: it cannot be reached, or says that it failed.</summary>
    public sealed record Away(string Reason) : ServiceAnswer;

    /// <summary>The call went out, and no answer came: whether the work was done and charged for cannot be known.</summary>
    public sealed record Unanswered(string Reason) : ServiceAnswer;
}
