using System.CommandLine;
using System.ComponentModel;
using System.Globalization;
using Revela.Imaging.Models;

namespace Revela.App.Cli;

/// <summary><c>revela models</c>: the networks of the onnx engines and the runtime that runs them; the only place that fetches either.</summary>
sealed class Models(Terminal terminal)
{
    readonly Option<string> data = CommonOptions.Data();
    readonly Argument<string> name = new("name") { Description = "The model" };
    readonly Argument<string[]> names = new("name") { Description = "The models", Arity = ArgumentArity.OneOrMore };
    readonly Argument<string[]> some = new("name") { Description = "The models (default: all that are here)", Arity = ArgumentArity.ZeroOrMore };
    readonly Argument<string> file = new("file") { Description = "Its ONNX file" };
    readonly Option<bool> anyFile = new("--any-file") { Description = "Take the file also when it is not the published one" };
    readonly Option<string?> archive = new("--from") { Description = $"The archive of the npm package {RuntimeLibrary.Package}, where it has been fetched already", HelpName = "FILE" };

    public Command Verb()
    {
        var verb = new Command("models", "List, fetch, add and verify the networks of the engines onnx, and fetch ONNX Runtime");
        verb.Add(With(new Command("list", "Every model that can be used, and whether it is here") { data }, List));
        verb.Add(With(new Command("pull", "Fetch models from the mirrors that the settings name, or from their publisher; goes on where it stopped") { names, data }, Pull));
        verb.Add(With(new Command("add", "Take a model from a file") { name, file, anyFile, data }, Add));
        verb.Add(With(new Command("verify", "Read models again and compare them with what came") { some, data }, Verify));
        verb.Add(With(new Command("runtime", "Fetch ONNX Runtime once, by npm, for this machine") { archive, data }, Runtime));
        return verb;
    }

    static Command With(Command command, Func<ParseResult, CancellationToken, Task<int>> action)
    {
        command.SetAction(action);
        return command;
    }

    Task<int> List(ParseResult parsed, CancellationToken cancel)
    {
        var folder = Folder(parsed);
        terminal.PrintTable(["MODEL", "FOR", "SIZE", "LICENCE", "STATE"], ModelTable.All.Select(model => Row(model, folder.Find(model))));
        return Task.FromResult(ExitCode.Ok);
    }

    static string[] Row(Model model, InstalledModel? here) =>
    [
        model.Name, model.Operation, Size(here?.Bytes / 1e6 ?? model.Megabytes), model.Licence,
        here is null ? (model.Source is null ? "add its file" : "not here") : here.Verified ? "here" : "here, not the published file",
    ];

    static string Size(double megabytes) => megabytes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{megabytes:0.#} MB") : "-";

    async Task<int> Pull(ParseResult parsed, CancellationToken cancel)
    {
        var models = parsed.GetRequiredValue(names).Select(Known).ToArray();
        var options = Options(parsed);
        using var download = new ModelDownload(new ModelFolder(options.ModelsFolder), options.Mirrors);
        await Bars.Show(terminal, async bars =>
        {
            foreach (var model in models)
            {
                var bar = bars.Add(model.Name, 1);
                Tell(model, await download.Fetch(model, bar.Move, cancel));
                bar.Stop();
            }
        });
        return ExitCode.Ok;
    }

    async Task<int> Add(ParseResult parsed, CancellationToken cancel)
    {
        var (model, path, folder) = (Known(parsed.GetRequiredValue(name)), parsed.GetRequiredValue(file), Folder(parsed));
        if (!File.Exists(path)) throw new CliException(ExitCode.Usage, $"there is no file '{path}'");
        // Not under the name of a download, which may be going on.
        var draft = $"{folder.PartOf(model)}.{Environment.ProcessId}";
        try
        {
            File.Copy(path, draft, overwrite: true);
            Tell(model, await folder.Accept(model, draft, Path.GetFullPath(path), parsed.GetValue(anyFile), cancel));
        }
        finally
        {
            File.Delete(draft);
        }
        return ExitCode.Ok;
    }

    async Task<int> Verify(ParseResult parsed, CancellationToken cancel)
    {
        var folder = Folder(parsed);
        var asked = parsed.GetValue(some) is { Length: > 0 } given ? given.Select(Known) : ModelTable.All.Where(model => folder.Find(model) is not null);
        var faults = 0;
        foreach (var model in asked.ToArray())
        {
            var fault = await folder.Verify(model, cancel);
            if (fault is not null) faults++;
            terminal.Print(fault is null ? $"ok      {model.Name}: {folder.Find(model)!.Sha256}" : $"failed  {model.Name}: {fault}");
        }
        return faults == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    async Task<int> Runtime(ParseResult parsed, CancellationToken cancel)
    {
        var library = new RuntimeLibrary(Options(parsed));
        var scratch = Directory.CreateTempSubdirectory("revela-runtime-");
        try
        {
            var path = await library.Unpack(parsed.GetValue(archive) ?? await FetchPackage(scratch.FullName, cancel), cancel);
            var runtime = library.Load();
            terminal.Print(path);
            terminal.Say($"ONNX Runtime {runtime.Version} is here; it runs on {runtime.Provider}.");
            return ExitCode.Ok;
        }
        finally
        {
            scratch.Delete(recursive: true);
        }
    }

    // npm knows where its packages are, and checks what it gets.
    static async Task<string> FetchPackage(string to, CancellationToken cancel)
    {
        try
        {
            var start = new System.Diagnostics.ProcessStartInfo("npm", ["pack", RuntimeLibrary.Package, "--silent", "--pack-destination", to]) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var npm = System.Diagnostics.Process.Start(start)!;
            var (said, complained) = (npm.StandardOutput.ReadToEndAsync(cancel), npm.StandardError.ReadToEndAsync(cancel));
            await npm.WaitForExitAsync(cancel);
            if (npm.ExitCode != 0) throw new ModelException($"npm could not fetch {RuntimeLibrary.Package}: {(await complained).Trim()}");
            return Path.Combine(to, (await said).Trim().Split('\n')[^1].Trim());
        }
        catch (Win32Exception)
        {
            throw new ModelException($"npm, which fetches {RuntimeLibrary.Package}, is not here: install it, bring the package's archive with --from, or name a library with onnx.library.");
        }
    }

    void Tell(Model model, InstalledModel here) =>
        terminal.Print($"{model.Name}: {Size(here.Bytes / 1e6)}, {(here.Verified ? "the published file" : "not compared with a published file")}, sha256 {here.Sha256}");

    static Model Known(string name) => ModelTable.Find(name) ?? throw new CliException(ExitCode.Usage, $"there is no model '{name}': revela models list shows them all");

    OnnxOptions Options(ParseResult parsed) => OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data)).Onnx;

    ModelFolder Folder(ParseResult parsed) => new(Options(parsed).ModelsFolder);
}
