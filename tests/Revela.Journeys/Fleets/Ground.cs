using Revela.Services;
using Xunit;

namespace Revela.Journeys.Fleets;

/// <summary>The servers that journeys share, each with a database and buckets of its own: started by the first that needs them, gone with this process.</summary>
static class Ground
{
    static readonly Lazy<Task<PostgresService>> postgres = new(PostgresApart);
    static readonly Lazy<Task<S3Service>> storage = new(S3Service.Start);

    /// <summary>Skips the test where it is not installed.</summary>
    public static Task<PostgresService> Postgres() => postgres.Value;

    /// <summary>One that nobody else is on, so that it may be stopped; the caller disposes of it. Skips the test where it is not installed.</summary>
    public static async Task<PostgresService> PostgresApart()
    {
        // Flushing to disk is only for a power cut.
        var service = await PostgresService.Start("fsync=off", "max_connections=300");
        Skip.If(service is null, "PostgreSQL is not installed.");
        return service!;
    }

    /// <summary>Skips the test where it is not installed.</summary>
    public static async Task<S3Service> Storage()
    {
        Skip.If(S3Service.Missing is not null, $"{S3Service.Missing} is not installed.");
        return await storage.Value;
    }
}
