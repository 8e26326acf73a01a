using Revela.Core.Accounts;

namespace Revela.App.Api.OpenApi;

/// <summary>Who signs in.</summary>
public sealed record SessionBody
{
    public required string Email { get; init; }
    public required string Password { get; init; }

    /// <summary>Keep the session in a cookie instead of telling its token; for pages in a browser.</summary>
    public bool? Cookie { get; init; }
}

/// <summary>A new password for whoever is signed in.</summary>
public sealed record PasswordBody
{
    /// <summary>The password until now.</summary>
    public required string Current { get; init; }

    /// <summary>10 to 200 characters.</summary>
    public required string Password { get; init; }
}

/// <summary>A person to add.</summary>
public sealed record UserBody
{
    public required string Email { get; init; }

    /// <summary>The email when left out.</summary>
    public string? Name { get; init; }

    /// <summary>10 to 200 characters.</summary>
    public required string Password { get; init; }

    /// <summary>Viewer when left out.</summary>
    public Role? Role { get; init; }
}

/// <summary>What to change of a person; what is left out stays.</summary>
public sealed record UserChangeBody
{
    public string? Name { get; init; }

    /// <summary>Ends the person's sessions.</summary>
    public string? Password { get; init; }
    public Role? Role { get; init; }

    /// <summary>True ends the person's sessions and lets them begin none.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>A key to make.</summary>
public sealed record KeyBody
{
    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary><c>read</c>, <c>submit</c>, <c>work</c>, <c>operate</c>, <c>admin</c>; <c>read</c> and <c>submit</c> when left out.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }
}
