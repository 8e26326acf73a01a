using Revela.Tests.Storage.Broker;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>The longest journeys begin first, so that none of them is left to be made alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    static readonly string[] longest = [RabbitTests.Name, nameof(EveryPageTests), nameof(Window.EmbeddedRoom), nameof(RacePhotosTests), nameof(ShowcaseTests), nameof(KillTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) => testCollections.OrderBy(Place);

    // A class outside of any collection is one of its own, which is called after it.
    static int Place(ITestCollection collection) =>
        Array.FindIndex(longest, name => collection.DisplayName.EndsWith(name, StringComparison.Ordinal)) is >= 0 and var place ? place : longest.Length;
}
