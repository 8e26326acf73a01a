namespace Revela.App.Links;

/// <summary>How links to pictures and event streams are made.</summary>
public sealed record SignedLinkOptions
{
    /// <summary>A link holds at least so long.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What clients see in front of <c>/api</c>, such as <c>https://images.example.com</c>; null to take it from each request.</summary>
    public string? PublicUrl { get; init; }

    public IEnumerable<string> Mistakes()
    {
        if (Lifetime < TimeSpan.FromSeconds(1) || Lifetime > TimeSpan.FromDays(366)) yield return "links.lifetime must be between 1 second and 366 days.";
        if (PublicUrl is not null && !(Uri.TryCreate(PublicUrl, UriKind.Absolute, out var url) && url.Scheme is "http" or "https"))
            yield return "links.public_url must be an http or https address.";
    }
}
