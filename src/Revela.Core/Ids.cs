namespace Revela.Core;

/// <summary>Ids of rows that clients see: UUIDv7, so that they sort by the time of their making.</summary>
public static class Ids
{
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());
}
