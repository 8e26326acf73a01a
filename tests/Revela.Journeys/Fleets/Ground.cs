using Revela.Services;
using Xunit;

namespace Revela.Journeys.Fleets;

/// <summary>The servers that journeys share, each with a database and buckets of its own: started by the first that needs them, gone with this process.</summary>
static class Ground
{
    // Flushing to disk is only for a power cut.
    static readonly Lazy<Task<PostgresService?>> postgres = new(() => PostgresService.Start("fsync=off", "max_connections=300"));
    static readonly Lazy<Task<S3Service>> storage = new(S3Service.Start);

    /// <summary>Skips the test where it is not installed.</summary>
    public static async Task<PostgresService> Postgres()
    {
        var service = await postgres.Value;
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
