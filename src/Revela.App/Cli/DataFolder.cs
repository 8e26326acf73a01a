using Revela.Storage;

namespace Revela.App.Cli;

/// <summary>The data folder for verbs that look into it themselves.</summary>
static class DataFolder
{
    /// <summary>The store that its settings name.</summary>
    /// <exception cref="CliException">There is none, and no database elsewhere is named: a mistyped name must not make one.</exception>
    public static Task<IStore> Open(string folder, CancellationToken cancel)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), folder);
        if (!Directory.Exists(folder) && options.Store.Postgres is null)
            throw new CliException(ExitCode.Usage, $"there is no data folder '{folder}' (--data or REVELA_DATA)");
        return Setup.OpenStore(options, log: null, cancel);
    }
}
