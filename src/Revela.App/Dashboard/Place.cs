using Revela.Core.Accounts;

namespace Revela.App.Dashboard;

/// <summary>A page that the navigation leads to.</summary>
/// <param name="Name">Of its title among the words (<c>place.{name}</c>) and of its icon.</param>
/// <param name="Scope">What it takes to see it; who lacks it is not shown the way.</param>
/// <param name="Key">Typed after <c>g</c>, leads here.</param>
public sealed record Place(string Name, string Path, Scopes Scope, char Key)
{
    /// <summary>Whether a page at this path belongs here: the longest match of all places does.</summary>
    public bool Holds(string path) => Path == "/" ? path == "/" : path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal);
}

/// <summary>Where everything in the dashboard is, and who may see it.</summary>
public static class Places
{
    public const string SignIn = "/sign-in", SignOut = "/sign-out", Preferences = "/preferences";

    public static readonly Place Home = new("home", "/", Scopes.Read, 'h');

    /// <summary>In the order of the navigation.</summary>
    public static readonly IReadOnlyList<Place> All = [Home];

    /// <summary>The whole picture, as it is kept.</summary>
    public static string Picture(Guid asset) => $"{Links.Linker.Root}/assets/{asset:D}/content";

    /// <summary>A small copy for lists.</summary>
    public static string Thumbnail(Guid asset) => $"{Links.Linker.Root}/assets/{asset:D}/thumbnail";

    /// <summary>A copy to look at in a page, in a format that every browser shows.</summary>
    public static string Preview(Guid asset) => Thumbnail(asset) + "?size=large";
}
