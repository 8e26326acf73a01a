using Revela.App.Accounts;

namespace Revela.App.Recipes.Showcase;

/// <summary>Settings of the showcase recipe.</summary>
public sealed record ShowcaseOptions
{
    /// <summary>Whether its routes exist, and characters in Firestore are made where that is set up.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Lets anybody load finished showcase pictures by their plain address; otherwise their links are signed and expire.</summary>
    public bool Public { get; init; }

    /// <summary>A signed link to a finished showcase picture holds at least so long.</summary>
    public TimeSpan LinkLifetime { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Whose the characters in Firestore are.</summary>
    public string Tenant { get; init; } = KeyRing.DefaultTenant;

    /// <summary>How often Firestore is asked for characters that wait.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a character in Firestore stays claimed by a Revela that says nothing more; then another takes it over.</summary>
    public TimeSpan ClaimFor { get; init; } = TimeSpan.FromMinutes(5);

    public IEnumerable<string> Mistakes()
    {
        if (LinkLifetime < TimeSpan.FromSeconds(1) || LinkLifetime > TimeSpan.FromDays(3660)) yield return "showcase.link_lifetime must be between 1 second and 3660 days.";
        if (string.IsNullOrWhiteSpace(Tenant)) yield return "showcase.tenant must be a name.";
        if (LookEvery < TimeSpan.FromMilliseconds(100) || LookEvery > TimeSpan.FromHours(1)) yield return "showcase.look_every must be between 100 milliseconds and 1 hour.";
        if (ClaimFor < 2 * LookEvery || ClaimFor > TimeSpan.FromDays(1)) yield return "showcase.claim_for must be between twice showcase.look_every and 1 day.";
    }
}
