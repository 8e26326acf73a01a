using System.CommandLine;

namespace Revela.App.Cli;

/// <summary><c>revela work</c>: one more process that develops images, beside the servers of the same store, on this machine or another.</summary>
sealed class Work(Terminal terminal)
{
    readonly Option<string> data = CommonOptions.Data();

    public Command Verb()
    {
        var verb = new Command("work", "Start a worker beside the servers of the same store") { data };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        options = options with { Worker = options.Worker with { Enabled = true } };
        using var log = LoggerFactory.Create(Logs.Lines);
        await using var engine = await Engine.Open(options, children: null, log, cancel);
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "revela" });
        builder.Services.AddSingleton(log);
        builder.Services.AddEngine(engine, options);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
        builder.Services.Configure<ConsoleLifetimeOptions>(lifetime => lifetime.SuppressStatusMessages = true);
        using var host = builder.Build();
        terminal.Say($"This worker takes jobs from {engine.Store.Place}. Ctrl-C gives them back.");
        await host.RunAsync(cancel);
        return ExitCode.Ok;
    }
}
