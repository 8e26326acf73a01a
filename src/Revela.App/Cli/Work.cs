using System.CommandLine;
using Revela.App.Far;
using Revela.Core.Flow;

namespace Revela.App.Cli;

/// <summary><c>revela work</c>: one more process that develops images, beside the servers of the same store or, with nothing but a key, far from it.</summary>
sealed class Work(Terminal terminal)
{
    readonly Option<string> data = CommonOptions.Data();
    readonly Option<string?> server = new("--server") { Description = "Work from afar through this server: https, or http on this machine", HelpName = "URL" };
    readonly Option<string?> key = new("--key") { Description = "Key with scope work, for --server (default: REVELA_KEY)", HelpName = "KEY" };
    readonly Option<string?> keyFile = new("--key-file") { Description = "File that holds the key, for --server", HelpName = "FILE" };
    readonly Option<string?> queues = new("--queues") { Description = "Only these queues, with commas between them (default: all)", HelpName = "NAMES" };
    readonly Option<int?> concurrency = new("--concurrency") { Description = "Jobs at a time (default: what queues and memory allow)", HelpName = "N" };
    readonly Option<int?> megabytes = new("--megabytes") { Description = "Memory for running jobs (default: a quarter of the machine)", HelpName = "N" };
    readonly Option<bool> drain = new("--drain") { Description = "End with 0 once nothing is left for this worker" };

    public Command Verb()
    {
        var verb = new Command("work", "Start a worker beside the servers of the same store, or far from it (docs/far-worker.md)") { server, key, keyFile, queues, concurrency, megabytes, drain, data };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var options = Settings(parsed);
        using var log = LoggerFactory.Create(Logs.Lines);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "revela" });
        builder.Services.AddSingleton(log);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        if (parsed.GetValue(server) is { } url) await Afar(builder, Address(url, parsed), options, cancel);
        else await BesideServers(builder, options, log, cancel);
        return ExitCode.Ok;
    }

    RevelaOptions Settings(ParseResult parsed)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        var worker = options.Worker with { Enabled = true, Drain = parsed.GetValue(drain) || options.Worker.Drain };
        if (parsed.GetValue(queues) is { } names) worker = worker with { Queues = names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) };
        if (parsed.GetValue(concurrency) is { } jobs) worker = worker with { Concurrency = jobs };
        if (parsed.GetValue(megabytes) is { } memory) worker = worker with { Megabytes = memory };
        var mistakes = worker.Mistakes().ToList();
        return mistakes.Count == 0 ? options with { Worker = worker } : throw new OptionsException(mistakes);
    }

    FarAddress Address(string url, ParseResult parsed)
    {
        if (FarAddress.Mistake(url) is { } mistake) throw new CliException(ExitCode.Usage, mistake);
        var shown = parsed.GetValue(key) ?? (parsed.GetValue(keyFile) is { } file ? File.ReadAllText(file) : Environment.GetEnvironmentVariable("REVELA_KEY"));
        return shown?.Trim() is { Length: > 0 } plain ? FarAddress.Of(url, plain) : throw new CliException(ExitCode.NotAllowed, "a key with scope work is needed: --key, --key-file or REVELA_KEY");
    }

    async Task BesideServers(HostApplicationBuilder builder, RevelaOptions options, ILoggerFactory log, CancellationToken cancel)
    {
        await using var engine = await Engine.Open(options, children: null, log, cancel);
        builder.Services.AddEngine(engine, options).AddWorkerDoors(engine, options);
        await UntilStopped(builder, $"This worker takes jobs from {engine.Store.Place}.", cancel);
    }

    async Task Afar(HostApplicationBuilder builder, FarAddress address, RevelaOptions options, CancellationToken cancel)
    {
        using var far = new FarServer(address, TimeProvider.System);
        // A server that is not there, or a key that does not fit, is told at once.
        await FarSignals.Hear(far, "", TimeSpan.Zero, cancel);
        var scratch = Directory.CreateTempSubdirectory("revela-work-");
        try
        {
            builder.Services.AddFarWorker(far, options, scratch.FullName);
            await UntilStopped(builder, $"This worker takes jobs from {address.Url}.", cancel);
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    async Task UntilStopped(HostApplicationBuilder builder, string greeting, CancellationToken cancel)
    {
        using var host = builder.Build();
        terminal.Say($"{greeting} Ctrl-C gives them back.");
        await host.StartAsync(cancel);
        // A worker that drains ends by itself, and the process with it.
        var (work, process) = (host.Services.GetRequiredService<Worker>().ExecuteTask!, host.Services.GetRequiredService<IHostApplicationLifetime>());
        _ = work.ContinueWith(_ => process.StopApplication(), TaskScheduler.Default);
        await host.WaitForShutdownAsync(cancel);
        await work;
    }
}
