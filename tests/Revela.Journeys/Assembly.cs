using Xunit;

// A journey needs both cores; side by side they would time each other out.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
