using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Cli;

/// <summary><c>revela process</c>: one image, here and now.</summary>
public sealed class ProcessTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-cli-").FullName;

    static string Photo => Path.Combine(Repository.Root, "samples", "chelsea.png");

    [Fact]
    public async Task A_pipeline_by_name_writes_the_file_that_was_asked_for()
    {
        var session = await Process("-p", "web", "-o", In("cat.webp"));
        session.ShouldBe(new Session(0, In("cat.webp") + "\n", ""));
        Type("cat.webp").ShouldBe("RIFF");
    }

    [Fact]
    public async Task The_extension_chooses_the_format()
    {
        (await Process("-p", "web", "-o", In("cat.png"))).ExitCode.ShouldBe(0);
        Type("cat.png")[1..].ShouldBe("PNG");
    }

    [Fact]
    public async Task Operations_can_be_written_one_after_the_other()
    {
        var session = await Process("-p", "resize:width=100,height=80", "-p", "convert:format=jpeg", "-o", In("cat.jpg"), "--json");
        var job = session.Json;
        job["state"]!.ToString().ShouldBe("completed");
        job["outputs"]![0]!["width"]!.GetValue<int>().ShouldBe(100);
        job["outputs"]![0]!["content_type"]!.ToString().ShouldBe("image/jpeg");
        job["steps"]!.AsArray().Select(step => step!["op"]!.ToString()).ShouldBe(["resize", "convert"]);
    }

    [Fact]
    public async Task The_job_reads_as_the_api_would_write_it()
    {
        var job = (await Process("-p", "web", "-o", In("cat.webp"), "--json")).Json;
        string[] fields =
        [
            "id", "state", "pipeline", "queue", "priority", "progress", "step", "attempt", "max_attempts", "crashes", "parked", "cost_usd", "error",
            "outputs", "data", "steps", "asset_id", "batch_id", "created_at", "run_at", "started_at", "finished_at",
        ];
        foreach (var field in fields) job.ContainsKey(field).ShouldBeTrue(field);
    }

    [Fact]
    public async Task Named_results_stand_beside_the_last()
    {
        var session = await Process("-p", "renditions", "-o", In("cat.webp"));
        session.Lines.ShouldBe([In("cat.large.webp"), In("cat.medium.webp"), In("cat.webp")]);
        session.Lines.ShouldAllBe(path => File.Exists(path));
    }

    [Fact]
    public async Task A_pipelines_file_of_the_data_folder_is_heard()
    {
        File.WriteAllText(In("pipelines.yaml"), "tiny:\n  steps:\n    - { op: resize, width: 10 }\n");
        (await Process("-p", "tiny", "-o", In("cat.png"), "--data", folder)).ExitCode.ShouldBe(0);
        File.WriteAllText(In("pipelines.yaml"), "tiny:\n  steps:\n    - { op: resize, width: none }\n");
        var session = await Process("-p", "tiny", "-o", In("cat.png"), "--data", folder);
        session.ExitCode.ShouldBe(2);
        session.Error.ShouldStartWith("revela: pipelines.yaml:3: tiny: step 1 (resize): ");
    }

    [Theory]
    [InlineData(2, "there is no file 'nothing.png'", "nothing.png", "-p", "web")]
    [InlineData(2, "There is no pipeline 'bogus'", null, "-p", "bogus")]
    [InlineData(2, "step 1 (resize): width", null, "-p", "resize:width=0")]
    [InlineData(2, "'out.xyz' cannot be written", null, "-p", "web", "-o", "out.xyz")]
    [InlineData(2, "Option '--pipeline' is required (revela process --help)", null)]
    [InlineData(1, "(unsupported-format)", "revela.slnx", "-p", "web")]
    public async Task What_cannot_be_done_is_said_in_one_line(int code, string words, string? input, params string[] arguments)
    {
        var path = input switch { null => Photo, "revela.slnx" => Path.Combine(Repository.Root, input), _ => input };
        var session = await Session.Run(["process", path, .. arguments]);
        session.ExitCode.ShouldBe(code);
        session.Error.ShouldStartWith("revela: ");
        session.Error.ShouldContain(words);
        session.Error.Count(letter => letter == '\n').ShouldBe(1);
        session.Out.ShouldBeEmpty();
    }

    Task<Session> Process(params string[] arguments) => Session.Run(["process", Photo, .. arguments]);

    string In(string name) => Path.Combine(folder, name);

    string Type(string name) => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(In(name)).AsSpan(0, 4));

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
