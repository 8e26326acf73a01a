using Revela.Journeys;
using Xunit;

// A journey waits for most of its time: two side by side keep two cores busy, and more would starve the decoding children, which give way to all else.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: TestCollectionOrderer($"{nameof(Revela)}.{nameof(Revela.Journeys)}.{nameof(LongestFirst)}", $"{nameof(Revela)}.{nameof(Revela.Journeys)}")]
