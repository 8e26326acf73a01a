using System.CommandLine;
using Revela.App.Api.Views;
using Revela.App.Pipelines;
using Revela.Core.Jobs;
using Revela.Imaging;
using Revela.Imaging.Models;
using Revela.Imaging.Operations;

namespace Revela.App.Cli;

/// <summary><c>revela process</c>: one image through a pipeline in this process, without server or data.</summary>
sealed class Process(Terminal terminal)
{
    readonly Argument<string> input = new("input") { Description = "The image" };
    readonly Option<string[]> work = WorkChoice.Option();
    readonly Option<string?> output = new("--out", "-o") { Description = "The file to write; its extension chooses the format (default: beside the input, named after the pipeline)", HelpName = "FILE" };
    readonly Option<string> data = CommonOptions.Data();
    readonly Option<bool> json = CommonOptions.Json("Print the job as the API would");

    public Command Verb()
    {
        var verb = new Command("process", "Develop one image here and now, without a server") { input, work, output, data, json };
        verb.SetAction(Run);
        return verb;
    }

    async Task<int> Run(ParseResult parsed, CancellationToken cancel)
    {
        var path = parsed.GetRequiredValue(input);
        if (!File.Exists(path)) throw new CliException(ExitCode.Usage, $"there is no file '{path}'");
        Inference.Use(OptionsReader.Read(Environment.GetEnvironmentVariables(), parsed.GetValue(data)).Onnx);
        var operations = new OperationCatalog();
        var pipelines = PipelineFile.Load(Path.Combine(parsed.GetRequiredValue(data), Engine.PipelinesFile), operations);
        var pipeline = WorkChoice.Find(parsed.GetRequiredValue(work), pipelines, operations);

        var job = await new LocalRun(operations, new InProcessRunner(operations, TimeProvider.System), TimeProvider.System).Develop(path, pipeline, parsed.GetValue(output), cancel);
        if (parsed.GetValue(json)) terminal.PrintJson(JobView.Of(job.Job, links: null));
        else if (job is { Files: [], Job.Data: { } found }) terminal.PrintJson(found);
        else foreach (var written in job.Files) terminal.Print(written);
        if (job.Job.State == JobState.Completed) return ExitCode.Ok;
        if (!parsed.GetValue(json)) terminal.Say($"revela: {job.Job.Error!.Message} ({job.Job.Error.Code})");
        return ExitCode.Failed;
    }
}
