using Revela.App.Accounts;
using Revela.App.Recipes.RacePhotos;
using Revela.Core.Items;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Race;

/// <summary>GET /race: the photos of a race with their numbers, found by number or by runner.</summary>
public sealed class ShowRace(Photos photos, RosterBook rosters, IJobStore jobs)
{
    const int PageSize = 48, MostRunners = 12;

    public static Task<IResult> Handle(HttpContext http, ShowRace page, CancellationToken cancel) => page.Show(http, cancel);

    async Task<IResult> Show(HttpContext http, CancellationToken cancel)
    {
        var (access, choice) = (http.Access(), RaceChoice.Of(http.Request));
        var names = (await rosters.Of(access.Tenant, cancel)).Names;
        var runners = choice.Find is { } text && !RosterFile.IsBib(text) ? Runners(names, text) : [];
        var found = await photos.List(access.Tenant, choice.Label(runners), choice.Cursor, PageSize, cancel);
        var lines = await Task.WhenAll(found.Items.Select(async photo => new PhotoLine(photo, await photos.StatusOf(photo, cancel), names)));
        return Page.Of<RaceScreen, RaceContents>(new RaceContents
        {
            Choice = choice,
            Page = new Page<PhotoLine>(lines, found.Next),
            Runners = runners,
            RosterCount = names.Count,
            Stats = access.IsOfTheHouse ? await GetPhotoQueueStats.Read(jobs, cancel) : null,
        });
    }

    static IReadOnlyList<Runner> Runners(IReadOnlyDictionary<string, string> names, string text) =>
        [.. names.Where(runner => runner.Value.Contains(text, StringComparison.CurrentCultureIgnoreCase)).OrderBy(runner => runner.Value, StringComparer.Ordinal)
            .Take(MostRunners).Select(runner => new Runner(runner.Key, runner.Value))];
}

/// <summary>A photo of the race with what was read on it.</summary>
/// <param name="Names">Of runners, by number.</param>
public sealed record PhotoLine(Item Photo, PhotoStatus Status, IReadOnlyDictionary<string, string> Names)
{
    /// <summary>The picture that is shown; null once it was deleted.</summary>
    public Guid? Picture => Photo.OriginalId ?? Photo.AssetId;

    public string Address => AddressOf(Photo);

    public IReadOnlyList<Reading> Asserted => Photos.ReadingsOf(Photo, Review.Detections, Names);

    public IReadOnlyList<Reading> Waiting => Photos.ReadingsOf(Photo, Review.Waiting, Names);

    public IReadOnlyList<Reading> Rejected => Photos.ReadingsOf(Photo, Review.Rejected, Names);

    public static string AddressOf(Item photo) => $"{Places.Race.Path}/photos/{photo.ExternalId}";
}

public sealed record RaceContents
{
    public required RaceChoice Choice { get; init; }
    public required Page<PhotoLine> Page { get; init; }

    /// <summary>Whose name fits what is looked for.</summary>
    public required IReadOnlyList<Runner> Runners { get; init; }
    public required int RosterCount { get; init; }

    /// <summary>Null for whoever is of another tenant.</summary>
    public required PhotoQueueStats? Stats { get; init; }
}
