using Xunit;

namespace Revela.Tests.App;

/// <summary>One server for all tests that leave its settings alone.</summary>
public sealed class SharedServer : IAsyncLifetime
{
    public LiveServer Live { get; private set; } = null!;

    public async Task InitializeAsync() => Live = await LiveServer.Start();

    public async Task DisposeAsync() => await Live.DisposeAsync();
}

[CollectionDefinition(nameof(SharedServer))]
public sealed class SharedServerCollection : ICollectionFixture<SharedServer>;
