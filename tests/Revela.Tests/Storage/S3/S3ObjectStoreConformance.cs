using Revela.Core.Assets;
using Revela.Storage.Objects.S3;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>Objects on S3: the conformance suite.</summary>
[Collection(S3Tests.Name)]
public sealed class S3ObjectStoreConformance(S3Server server) : ObjectStoreConformance
{
    S3ObjectStore? store;

    protected override Task<IObjectStore> Open() => Task.FromResult<IObjectStore>(store = server.Unprepared(server.Options()));

    protected override Task Remove()
    {
        store?.Dispose();
        return Task.CompletedTask;
    }
}
