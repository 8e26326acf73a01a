using Revela.App.Accounts;
using Revela.Core.Accounts;

namespace Revela.App.Dashboard;

/// <summary>A page that the navigation leads to.</summary>
/// <param name="Name">Of its title among the words (<c>place.{name}</c>) and of its icon.</param>
/// <param name="Scope">What it takes to see it; who lacks it is not shown the way.</param>
/// <param name="Key">Typed after <c>g</c>, leads here.</param>
/// <param name="OfTheHouse">Whether it shows what all tenants share, and so is for the house's own tenant alone.</param>
/// <param name="IsOn">Whether these settings have it; null for always.</param>
public sealed record Place(string Name, string Path, Scopes Scope, char Key, bool OfTheHouse = false, Func<RevelaOptions, bool>? IsOn = null)
{
    public bool IsOpenTo(Access? access) => access is not null && access.Allows(Scope) && (!OfTheHouse || access.IsOfTheHouse);

    /// <summary>Whether a page at this path belongs here: the longest match of all places does.</summary>
    public bool Holds(string path) => Path == "/" ? path == "/" : path == Path || path.StartsWith(Path + "/", StringComparison.Ordinal);
}

/// <summary>Where everything in the dashboard is, and who may see it.</summary>
public static class Places
{
    public const string SignIn = "/sign-in", SignOut = "/sign-out", Preferences = "/preferences", Account = "/account";

    public static readonly Place Home = new("home", "/", Scopes.Read, 'h');
    public static readonly Place Jobs = new("jobs", "/jobs", Scopes.Read, 'j');
    public static readonly Place Batches = new("batches", "/batches", Scopes.Read, 'b');
    public static readonly Place Pipelines = new("pipelines", "/pipelines", Scopes.Read, 'l');
    public static readonly Place Queues = new("queues", "/queues", Scopes.Read, 'q', OfTheHouse: true);
    public static readonly Place Workers = new("workers", "/workers", Scopes.Read, 'w', OfTheHouse: true);
    public static readonly Place Costs = new("costs", "/costs", Scopes.Read, 'c');
    public static readonly Place Notifications = new("notifications", "/notifications", Scopes.Read, 'n');
    public static readonly Place People = new("people", "/people", Scopes.Admin, 'p');
    public static readonly Place Keys = new("keys-and-locks", "/keys", Scopes.Admin, 'k');
    public static readonly Place Webhooks = new("webhooks", "/webhooks", Scopes.Admin, 'e');
    public static readonly Place Audit = new("audit", "/audit", Scopes.Admin, 'a');
    public static readonly Place Settings = new("settings", "/settings", Scopes.Admin, 's', OfTheHouse: true);

    public static readonly Place Develop = new("develop", "/develop", Scopes.Submit, 'd');
    public static readonly Place Gallery = new("gallery", "/gallery", Scopes.Read, 'i');
    public static readonly Place Catalogue = new("catalogue", "/catalogue", Scopes.Read, 't', IsOn: options => options.Catalog.Enabled);
    public static readonly Place Race = new("race", "/race", Scopes.Read, 'r', IsOn: options => options.RacePhotos.Enabled);

    /// <summary>In the order of the navigation.</summary>
    public static readonly IReadOnlyList<Place> All =
        [Home, Develop, Gallery, Catalogue, Race, Jobs, Batches, Pipelines, Queues, Workers, Costs, Notifications, People, Keys, Webhooks, Audit, Settings];

    /// <summary>The page of one picture.</summary>
    public static string PictureOf(Guid asset) => $"/gallery/{asset:D}";

    /// <summary>The whole picture, as it is kept.</summary>
    public static string Picture(Guid asset) => $"{Links.Linker.Root}/assets/{asset:D}/content";

    /// <summary>A small copy for lists.</summary>
    public static string Thumbnail(Guid asset) => $"{Links.Linker.Root}/assets/{asset:D}/thumbnail";

    /// <summary>A copy to look at in a page, in a format that every browser shows.</summary>
    public static string Preview(Guid asset) => Thumbnail(asset) + "?size=large";
}
