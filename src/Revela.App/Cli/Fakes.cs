using System.CommandLine;
using System.Globalization;
using Revela.Imaging.Header;
using Revela.Providers.Cloudinary;
using Revela.Providers.Fakes;
using Revela.Providers.Firestore;

namespace Revela.App.Cli;

/// <summary><c>revela fakes</c>: small servers that speak the wire formats of the outside services, for trying Revela without keys and money.</summary>
sealed class Fakes(Terminal terminal)
{
    readonly Option<int> port = new("--port") { Description = "Port of the first; the others take the next ones", HelpName = "N", DefaultValueFactory = _ => 7080 };

    public Command Verb()
    {
        var verb = new Command("fakes", "Start fakes of the outside services") { port };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        await using var fakes = await FakeServices.Start(parsed.GetValue(port), new HeaderReader(), TimeProvider.System, cancel);
        terminal.Say("These are fakes: they paint discs and cost nothing. Ctrl-C ends them. For a server or worker that is to call them:");
        foreach (var (name, value) in Settings(fakes)) terminal.Print(string.Create(CultureInfo.InvariantCulture, $"export {name}={value}"));

        var ended = new TaskCompletionSource();
        await using var _ = cancel.Register(() => ended.TrySetResult());
        await ended.Task;
        return ExitCode.Ok;
    }

    static IEnumerable<(string Name, string Value)> Settings(FakeServices fakes) =>
    [
        ("REVELA_CLIPDROP_ENDPOINT", fakes.ClipDrop.Address.ToString()),
        ("REVELA_CLIPDROP_KEY", FakeServices.Key),
        ("REVELA_GEMINI_ENDPOINT", fakes.Gemini.Address.ToString()),
        ("REVELA_GEMINI_KEY", FakeServices.Key),
        ("REVELA_REMBG_ENDPOINT", fakes.Rembg.Address.ToString()),
        ("REVELA_CLOUDINARY_ENDPOINT", fakes.Cloudinary.Address.ToString()),
        ("REVELA_CLOUDINARY_CLOUD", CloudinaryFake.Cloud),
        ("REVELA_CLOUDINARY_KEY", FakeServices.Key),
        ("REVELA_CLOUDINARY_SECRET", FakeServices.Key),
        ("REVELA_FIRESTORE_EMULATOR", fakes.Firestore.Address.Authority),
        ("REVELA_FIRESTORE_PROJECT", FirestoreFake.Project),
    ];
}
