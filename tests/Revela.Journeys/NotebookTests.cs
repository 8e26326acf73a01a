using System.Text;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The notebook in <c>examples/far-worker</c>: its cells, one after the other as plain Python, make the showcase's pictures and end.</summary>
public sealed class NotebookTests
{
    // Nobody far away has ClipDrop.
    const string Pipelines = """
        showcase:
          queue: showcase
          steps:
            - remove-background
            - { op: upscale, factor: 2 }
            - { op: convert, format: png }
        """;

    [SkippableFact]
    public async Task The_notebooks_cells_make_what_waits_and_end_when_nothing_is_left()
    {
        Skip.If(!File.Exists("/usr/bin/python3"), "python3 is not installed");
        await using var server = await Server.Started(Pipelines, ("REVELA_WORKER_ENABLED", "false"));
        foreach (var hero in (string[])["hero-1", "hero-2"]) await Ask(server.Door, hero);
        var script = Path.Combine(server.Data, "notebook.py");
        await File.WriteAllTextAsync(script, Cells());

        await using var worker = server.Keep(RevelaProcess.StartProgram("python3", [script], new Dictionary<string, string>
        {
            ["REVELA_SERVER"] = server.Url.GetLeftPart(UriPartial.Authority),
            ["REVELA_KEY"] = await server.NewKey("work"),
            ["REVELA_PROGRAM"] = RevelaProcess.Binary,
        }));
        await worker.Ended.WaitAsync(TimeSpan.FromMinutes(5), TimeProvider.System);
        worker.ExitCode.ShouldBe(0, worker.Log);
        worker.Said("nothing is left").ShouldBe(1, worker.Log);
        foreach (var hero in (string[])["hero-1", "hero-2"])
        {
            var visuals = (await server.Door.Get($"/api/characters/{hero}"))["visuals"]!;
            (visuals.Text("showcaseProcessingStatus"), visuals["isShowcaseProcessed"]!.GetValue<bool>()).ShouldBe(("complete", true), visuals.ToJsonString());
        }
    }

    static string Cells()
    {
        var notebook = JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "examples", "far-worker", "notebook.ipynb")))!;
        (notebook["nbformat"]!.GetValue<int>(), notebook["metadata"]!["kernelspec"]!.Text("name")).ShouldBe((4, "python3"));
        var cells = new StringBuilder();
        foreach (var cell in notebook["cells"]!.AsArray().Where(cell => cell!.Text("cell_type") == "code"))
            cells.Append(string.Concat(cell!["source"]!.AsArray().Select(line => line!.GetValue<string>()))).Append("\n\n");
        return cells.ToString();
    }

    static async Task Ask(Door door, string hero)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Drawn.Disc()), "image", "hero.png" }, { new StringContent("demo"), "userId" }, { new StringContent("Ada"), "name" } };
        (await door.Http.PutAsync($"/api/characters/{hero}", form)).EnsureSuccessStatusCode();
        (await door.Http.PostAsync($"/api/characters/{hero}/process", null)).EnsureSuccessStatusCode();
    }
}
