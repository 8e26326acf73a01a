namespace Revela.Storage.Signals;

/// <summary>Carries short messages from each process of a store to all of them, the sender included. It may lose some.</summary>
public interface IWire : IAsyncDisposable
{
    /// <summary>Whether messages go through the store's database, so that a commit can carry one.</summary>
    bool IsDatabase => false;

    Task Tell(string message, CancellationToken cancel);

    /// <summary>Hears messages until the connection breaks, and then throws.</summary>
    /// <param name="listening">Called once what is told from now on is heard.</param>
    Task Hear(Action<string> heard, Func<Task> listening, CancellationToken cancel);
}
