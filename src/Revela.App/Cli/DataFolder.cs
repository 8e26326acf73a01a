using Revela.Storage;

namespace Revela.App.Cli;

/// <summary>The data folder for verbs that look into it themselves.</summary>
static class DataFolder
{
    /// <exception cref="CliException">There is none: a mistyped name must not make one.</exception>
    public static Task<EmbeddedStore> Open(string folder, CancellationToken cancel) => Directory.Exists(folder)
        ? Setup.OpenStore(OptionsReader.Read(Environment.GetEnvironmentVariables(), folder), log: null, cancel)
        : throw new CliException(ExitCode.Usage, $"there is no data folder '{folder}' (--data or REVELA_DATA)");
}
