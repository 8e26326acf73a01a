using Xunit;

// A journey waits for most of its time: two side by side keep two cores busy, and more would starve the decoding children, which give way to all else.
[assembly: CollectionBehavior(MaxParallelThreads = 2)]
