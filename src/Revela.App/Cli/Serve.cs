using System.CommandLine;
using Revela.App.Accounts;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;

namespace Revela.App.Cli;

/// <summary><c>revela serve</c>: the HTTP server, which develops images too.</summary>
sealed class Serve(Terminal terminal)
{
    readonly Option<string> data = CommonOptions.Data();
    readonly Option<string?> urls = new("--urls") { Description = "Addresses to listen on, with semicolons between them", HelpName = "URL" };
    readonly Option<bool> noWorker = new("--no-worker") { Description = "Only accept; revela work beside it develops" };

    readonly Option<bool> fakes = new("--fakes") { Description = "Play every outside service by a fake in this process, for trying without keys" };

    public Command Verb()
    {
        var verb = new Command("serve", "Start the server") { data, urls, noWorker, fakes };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var options = OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data));
        if (parsed.GetValue(urls) is { } addresses) options = options with { Urls = addresses };
        if (parsed.GetValue(noWorker)) options = options with { Worker = options.Worker with { Enabled = false } };

        await using var played = parsed.GetValue(fakes) ? await FakeServices.Start(port: 0, new HeaderReader(), TimeProvider.System, cancel) : null;
        if (played is not null)
        {
            options = options.SentTo(played);
            terminal.Say($"FAKES: ClipDrop, Gemini, rembg, Cloudinary and Firestore (at {played.Firestore.Address}) are played in this process. They paint discs and cost nothing.");
        }

        await using var server = await Server.Start(options, cancel, Logs.Lines);
        if (server.NewKey is { } key) terminal.Say($"The first key, kept in {Path.Combine(options.Data, FirstKey.FileName)} and shown only now: {key}");
        if (server.NewAdmin is { } admin) terminal.Say($"The first person is {admin}; the password is kept in {Path.Combine(options.Data, FirstAdmin.FileName)}.");
        foreach (var address in server.Addresses) terminal.Say($"Revela listens on {address}: the dashboard in a browser, {address}docs for the API. Ctrl-C stops it.");
        await server.Run(cancel);
        return ExitCode.Ok;
    }
}
