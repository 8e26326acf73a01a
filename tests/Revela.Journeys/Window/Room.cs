using Revela.Journeys.Fleets;
using Xunit;

namespace Revela.Journeys.Window;

/// <summary>A server on one kind of store, for all journeys through its window; they leave it to each other as they found it.</summary>
public abstract class Room : IAsyncLifetime
{
    /// <summary>What is not installed, without which there is no such room; null when all is.</summary>
    public virtual string? Missing => Chromium.Missing;

    internal Server Server { get; private protected set; } = null!;

    public abstract Task InitializeAsync();

    public abstract Task DisposeAsync();
}

/// <summary>Rows and bytes in the data folder.</summary>
public sealed class EmbeddedRoom : Room
{
    public override async Task InitializeAsync()
    {
        if (Missing is null) Server = await Server.Started();
    }

    public override async Task DisposeAsync()
    {
        if (Missing is null) await Server.DisposeAsync();
    }
}

/// <summary>Rows in PostgreSQL, bytes on S3.</summary>
public sealed class FleetRoom : Room
{
    Fleet? fleet;

    public override string? Missing => Chromium.Missing ?? Services.S3Service.Missing ?? (Services.PostgresService.IsInstalled ? null : "PostgreSQL");

    public override async Task InitializeAsync()
    {
        if (Missing is not null) return;
        fleet = await Fleet.Start(workers: 0);
        Server = fleet.Server;
    }

    public override async Task DisposeAsync()
    {
        if (fleet is not null) await fleet.DisposeAsync();
    }
}
