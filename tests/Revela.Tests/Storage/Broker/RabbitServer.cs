using Revela.Services;
using Revela.Storage.Broker;
using Xunit;

namespace Revela.Tests.Storage.Broker;

/// <summary>One real broker for all tests that need it; where it is not installed they are skipped. They run one after another, since some kill it.</summary>
public sealed class RabbitServer : IAsyncLifetime
{
    RabbitService? service;

    public async Task InitializeAsync()
    {
        if (RabbitService.Missing is null) service = await RabbitService.Start();
    }

    public async Task DisposeAsync()
    {
        if (service is not null) await service.DisposeAsync();
    }

    public BrokerOptions Options() => Service.Options();

    public Task Kill() => Service.Kill();

    public Task StartAgain() => Service.StartAgain();

    RabbitService Service
    {
        get
        {
            Skip.If(service is null, $"{RabbitService.Missing} is not installed.");
            return service!;
        }
    }
}

[CollectionDefinition(Name)]
public sealed class RabbitTests : ICollectionFixture<RabbitServer>
{
    public const string Name = "RabbitMQ";
}
