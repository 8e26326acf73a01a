using System.CommandLine;
using System.Text.Json.Nodes;
using Revela.App.Api.Views;

namespace Revela.App.Cli;

/// <summary><c>revela erase</c>: pictures, items and people of a server, with all that they led to.</summary>
sealed class Erase(Terminal terminal)
{
    readonly ServerOptions server = new();
    readonly Option<bool> json = CommonOptions.Json("Print as the API does");
    readonly Option<string[]> asset = new("--asset") { Description = "A picture, with all that was made of it", HelpName = "ID", AllowMultipleArgumentsPerToken = true };
    readonly Option<string?> tag = new("--tag") { Description = "Every picture that a job with this tag read", HelpName = "TAG" };
    readonly Option<string?> item = new("--item") { Description = "An item, its picture, and what that was made of", HelpName = "COLLECTION/ID" };
    readonly Option<string?> user = new("--user") { Description = "A person who signs in", HelpName = "ID" };
    readonly Option<bool> copies = new("--copies") { Description = "Also every picture with the same bytes" };

    public Command Verb()
    {
        var verb = new Command("erase", "Erase pictures, items or people with all that they led to") { asset, tag, item, user, copies, json };
        server.AddTo(verb);
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var body = new JsonObject { ["copies"] = parsed.GetValue(copies) };
        if (parsed.GetValue(asset) is { Length: > 0 } assets) body["asset_id"] = new JsonArray([.. assets.Select(id => (JsonNode)id)]);
        foreach (var (option, field) in new[] { (tag, "tag"), (item, "item"), (user, "user_id") })
            if (parsed.GetValue(option) is { } value) body[field] = value;
        if (body.Count == 1) throw new CliException(ExitCode.Usage, "nothing to erase: revela erase --help lists what can be");

        using var api = server.Connect(parsed);
        var erased = await api.Post<ErasureView>("api/v1/erasures", body, cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(erased);
        else terminal.Print($"erased: {erased.Assets.Count} pictures, {erased.Jobs.Count} jobs, {erased.People} people");
        return ExitCode.Ok;
    }
}
