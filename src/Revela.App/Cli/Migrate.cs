using System.CommandLine;
using System.Globalization;
using Revela.Core.Flow;
using Revela.Storage;
using Revela.Storage.Postgres;

namespace Revela.App.Cli;

/// <summary><c>revela migrate</c>: moves a data folder to PostgreSQL and S3. The folder stays as it is.</summary>
sealed class Migrate(Terminal terminal)
{
    readonly Option<string> from = new("--from") { Description = "Data folder to move; no server or worker may run on it", HelpName = "DIR", Required = true };
    readonly Option<string?> to = new("--to") { Description = "PostgreSQL to move to (default: the setting store.postgres); objects go to where s3.* says", HelpName = "CONNECTION" };
    readonly Option<string> data = CommonOptions.Data();

    public Command Verb()
    {
        var verb = new Command("migrate", "Move a data folder to PostgreSQL and S3; begun again, it goes on") { from, to, data };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var (source, target) = (parsed.GetRequiredValue(from), Target(parsed));
        if (!File.Exists(Path.Combine(source, EmbeddedStore.DatabaseFile))) throw new CliException(ExitCode.Usage, $"there is no embedded database in '{source}'");
        await using var old = await EmbeddedStore.Open(source, TimeProvider.System, log: null, cancel);
        await RefuseWhileWorked(old, source, cancel);
        await using var store = (PostgresStore)await Setup.OpenStore(target, log: null, cancel);
        try
        {
            var moved = await Move(old, store, cancel);
            terminal.Print(string.Create(CultureInfo.InvariantCulture, $"{moved.Jobs} jobs, {moved.Assets} assets, {moved.Objects} objects proven by their hash, in {store.Place}"));
            if (moved.Before) terminal.Say("The rows had been moved before.");
            return ExitCode.Ok;
        }
        catch (MoveException e)
        {
            throw new CliException(ExitCode.Failed, e.Message);
        }
    }

    async Task<Moved> Move(EmbeddedStore old, PostgresStore store, CancellationToken cancel)
    {
        Moved? moved = null;
        await Bars.Show(terminal, async bars =>
        {
            var bar = bars.Add("objects", Math.Max(1, await new StoreMove(old, store).CountObjects(cancel)));
            moved = await new StoreMove(old, store) { Proven = bar.Step }.Run(cancel);
        });
        return moved!;
    }

    RevelaOptions Target(ParseResult parsed)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        if (parsed.GetValue(to) is { } connection) options = options with { Store = options.Store with { Postgres = connection } };
        if (options.Store.Mistakes() is [var mistake, ..]) throw new CliException(ExitCode.Usage, mistake);
        if (options.Store.Postgres is null) throw new CliException(ExitCode.Usage, "where to? --to or the setting store.postgres names a PostgreSQL database");
        return options;
    }

    // What it took in meanwhile would be left behind.
    static async Task RefuseWhileWorked(EmbeddedStore old, string folder, CancellationToken cancel)
    {
        var here = WorkerIdentity.Of(new WorkerOptions(), TimeProvider.System).Host;
        foreach (var worker in await old.Workers.List(cancel))
            if (worker.Host == here && WorkerIdentity.ProcessStart(worker.ProcessId) == worker.ProcessStart)
                throw new CliException(ExitCode.Failed, $"process {worker.ProcessId} works on '{folder}': stop it first");
    }
}
