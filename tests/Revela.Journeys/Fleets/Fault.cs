namespace Revela.Journeys.Fleets;

/// <summary>What may befall a fleet. Processes die by kill −9, from outside at any moment or from inside at a crash point.</summary>
enum Fault
{
    WorkerKilled,
    WorkerDiedAtPoint,
    ServerKilled,
    ServerDiedAtPoint,
    PostgresRestarted,
    BackendsTerminated,
    StorageStopped,
    BrokerKilled,
    WorkerFrozen,
}
