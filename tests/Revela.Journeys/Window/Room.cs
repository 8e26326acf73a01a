using Revela.Imaging.Header;
using Revela.Journeys.Fleets;
using Revela.Providers.Fakes;
using Xunit;

namespace Revela.Journeys.Window;

/// <summary>A server on one kind of store, and fakes of the services that it calls, for all journeys through its window; they leave it to each other as they found it.</summary>
public abstract class Room : IAsyncLifetime
{
    Server server = null!;

    /// <summary>What is not installed, without which there is no such room; null when all is.</summary>
    public virtual string? Missing => Chromium.Missing;

    /// <summary>Whether journeys that are the same on a desk and on a phone are made on a phone here; in the other room they are made on a desk.</summary>
    public abstract bool IsPhone { get; }

    /// <summary>Skips the test where there is no such room.</summary>
    internal Server Server
    {
        get
        {
            Skip.If(Missing is not null, $"{Missing} is not installed.");
            return server;
        }
    }

    internal FakeServices Fakes { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Missing is not null) return;
        Fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        server = await Open(("REVELA_GEMINI_ENDPOINT", Fakes.Gemini.Address.ToString()), ("REVELA_GEMINI_KEY", FakeServices.Key));
    }

    public async Task DisposeAsync()
    {
        if (Missing is not null) return;
        await Close();
        await Fakes.DisposeAsync();
    }

    /// <param name="services">Settings that lead to the services.</param>
    private protected abstract Task<Server> Open(params (string Name, string Value)[] services);

    private protected abstract Task Close();
}

/// <summary>Rows and bytes in the data folder.</summary>
public sealed class EmbeddedRoom : Room
{
    public override bool IsPhone => false;

    private protected override Task<Server> Open(params (string Name, string Value)[] services) => Server.Started(null, services);

    private protected override async Task Close() => await Server.DisposeAsync();
}

/// <summary>Rows in PostgreSQL, bytes on S3.</summary>
public sealed class FleetRoom : Room
{
    Fleet fleet = null!;

    public override string? Missing => Chromium.Missing ?? Services.S3Service.Missing ?? (Services.PostgresService.IsInstalled ? null : "PostgreSQL");

    public override bool IsPhone => true;

    private protected override async Task<Server> Open(params (string Name, string Value)[] services)
    {
        fleet = await Fleet.Start(workers: 0, services);
        return fleet.Server;
    }

    private protected override async Task Close() => await fleet.DisposeAsync();
}

/// <summary>One room and one browser for all journeys over the embedded store.</summary>
[CollectionDefinition(nameof(EmbeddedRoom))]
public sealed class EmbeddedJourneys : ICollectionFixture<EmbeddedRoom>, ICollectionFixture<Chromium>;

/// <summary>One room and one browser for all journeys over PostgreSQL and S3.</summary>
[CollectionDefinition(nameof(FleetRoom))]
public sealed class FleetJourneys : ICollectionFixture<FleetRoom>, ICollectionFixture<Chromium>;
