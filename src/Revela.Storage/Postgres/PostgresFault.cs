using System.Net.Sockets;
using Npgsql;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Storage.Postgres;

/// <summary>Tells the faults of the database apart: those to try again, those that mean it is away, and the bugs.</summary>
static class PostgresFault
{
    /// <summary>Two transactions met; one of them has to begin again.</summary>
    public static bool IsCollision(Exception fault) => fault is CollisionException
        or PostgresException { SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected }
        or PostgresException { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_pkey" or "works_pkey" };

    /// <summary>A broken rule of the schema is a bug of the caller; a lost connection, a restart, a full disk or a full server mean that the database is away.</summary>
    public static bool IsOutage(Exception fault) => fault switch
    {
        PostgresException { SqlState: var state } => !(state.StartsWith("21", StringComparison.Ordinal) || state.StartsWith("22", StringComparison.Ordinal)
            || state.StartsWith("23", StringComparison.Ordinal) || state.StartsWith("42", StringComparison.Ordinal) || state.StartsWith("0A", StringComparison.Ordinal)),
        NpgsqlException or SocketException or TimeoutException => true,
        // A connection that broke while it was being used.
        ObjectDisposedException or IOException => true,
        _ => false,
    };

    /// <summary>What a start says of a fault: also what the server's refusal is, such as of a wrong password or a database that it does not have.</summary>
    public static Exception AtStart(Exception fault) => fault is PostgresException { SqlState: ['2', '8', ..] or ['3', 'D', ..] } refusal
        ? new OutageException(ErrorCodes.StoreUnavailable, $"The database refuses the connection: {refusal.MessageText}.", fault) { IsRefusal = true }
        : Told(fault);

    public static Exception Told(Exception fault) =>
        IsOutage(fault) ? new OutageException(ErrorCodes.StoreUnavailable, "The store is not available at the moment.", fault) : fault;
}

/// <summary>The transaction met another, and has to begin again.</summary>
sealed class CollisionException : Exception;
