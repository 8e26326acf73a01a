using System.Diagnostics;
using Revela.Services;
using Revela.Storage.Objects.S3;
using Xunit;

namespace Revela.Tests.Storage.S3;

/// <summary>One real S3 server for all tests that need it; where it is not installed they are skipped.</summary>
public sealed class S3Server : IAsyncLifetime
{
    readonly string scratch = Directory.CreateTempSubdirectory("revela-s3-scratch-").FullName;
    S3Service? service;

    public async Task InitializeAsync()
    {
        if (S3Service.Missing is null) service = await S3Service.Start();
    }

    public async Task DisposeAsync()
    {
        if (service is not null) await service.DisposeAsync();
        Directory.Delete(scratch, recursive: true);
    }

    /// <summary>Options for buckets that nobody else uses.</summary>
    public S3Options Options(int? at = null) => S3Service.NewBuckets(at ?? Service.First.Port);

    /// <summary>A store whose buckets are there.</summary>
    public async Task<S3ObjectStore> Store(S3Options? options = null)
    {
        var store = Unprepared(options ?? Options());
        await store.Prepare(default);
        return store;
    }

    public S3ObjectStore Unprepared(S3Options options) => new(options, Path.Combine(scratch, Guid.NewGuid().ToString("N")), TimeProvider.System);

    /// <summary>Another gateway to the same objects, to be killed.</summary>
    public async Task<(int Port, Process Gateway)> StartGateway()
    {
        var gateway = await Service.StartGateway();
        return (gateway.Port, Process.GetProcessById(gateway.ProcessId));
    }

    S3Service Service
    {
        get
        {
            Skip.If(service is null, $"{S3Service.Missing} is not installed.");
            return service!;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class S3Tests : ICollectionFixture<S3Server>
{
    public const string Name = "S3";
}
