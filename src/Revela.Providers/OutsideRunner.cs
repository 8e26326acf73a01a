using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;
using Revela.Providers.Fitting;

namespace Revela.Providers;

/// <summary>
/// Sends each step to who does it: to the runner beside it, or to an outside service. Pixels are touched by that runner alone:
/// it prepares what is sent and finishes what comes back.
/// </summary>
public sealed class OutsideRunner(IStepRunner local, IReadOnlyList<OutsideEngine> engines, IOperations operations, IHeaderReader headers, IAssetStore assets, IObjectStore objects, Cashier cashier) : IStepRunner
{
    readonly Preparation preparation = new(local, operations);
    readonly ReferencePictures references = new(assets, objects, new Preparation(local, operations));

    public async Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel)
    {
        // A service's step is a checkpoint, and those stand alone in their group.
        if (run.Steps is not [var step] || operations.Find(step.Op)?.OutsideEngine(step) is not { } name) return await local.Run(run, progress, cancel);
        var engine = engines.First(known => known.Name == name && known.Operation == step.Op);
        var ticket = run.Ticket ?? throw new ArgumentException("A service is only called for a job.", nameof(run));
        if (engine.Missing is { } missing) return Failed(ErrorCodes.EngineUnavailable, missing);

        string sent = $"{run.OutputPath}-sent", reply = $"{run.OutputPath}-reply";
        try
        {
            var header = Read(run.InputPath);
            if (header.Frames > 1 && !engine.SendsAsIs) return Failed(ErrorCodes.OperationFailed, $"{step.Op} is done on a still picture, and this one moves.");
            var (width, height) = operations.SizeAfter(step, header);
            var prepared = engine.SendsAsIs ? AsItIs(run, header) : await preparation.Make(run, header, engine.Takes, sent, cancel);
            if (prepared is not StepOutcome.Developed ready) return prepared;
            if (ready.Bytes > engine.Takes.Bytes) return Failed(ErrorCodes.TooLarge, $"{name} takes {engine.Takes.Bytes:N0} bytes, and this picture has {ready.Bytes:N0}{(engine.SendsAsIs ? "" : " even as JPEG")}.");
            var (shown, refused) = await references.Bring(run, ticket, engine.Takes, cancel);
            if (refused is not null) return refused;
            progress.Report(new StepProgress(0, 0.1));
            var call = new ServiceCall(step, run.JobMetadata, ready.Path, ready.ContentType, reply, width, height, ticket) { References = shown };
            var sold = await cashier.Buy(engine, ticket, call, cancel);
            progress.Report(new StepProgress(0, 0.9));
            var outcome = sold.Answer is ServiceAnswer.Picture picture ? await Take(run, engine, sold, picture, ready) : Judge(engine, sold.Answer);
            return outcome with { CostUsd = sold.Answer.CostUsd, IsPaid = engine.IsPaid };
        }
        finally
        {
            foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(Path.GetFullPath(sent))!, $"{Path.GetFileName(run.OutputPath)}-*")) File.Delete(file);
        }
    }

    static StepOutcome.Developed AsItIs(StepRun run, ImageHeader header) =>
        new(run.InputPath, run.ContentType, new FileInfo(run.InputPath).Length, "", header.Width, header.Height, header.Frames, null, "");

    // What was bought is not thrown away because somebody wants to stop.
    async Task<StepOutcome> Take(StepRun run, OutsideEngine engine, Cashier.Sold sold, ServiceAnswer.Picture picture, StepOutcome.Developed sent)
    {
        var type = engine.SendsAsIs ? run.ContentType : TypeOf(picture.Path, run.Limits);
        var outcome = type is null ? null : await Finish(run, engine, picture.Path, type);
        if (outcome is StepOutcome.Developed made) return made with { Engine = picture.By, Data = Told(run.Steps[0], picture, sent, made.Data) };
        if (outcome is StepOutcome.Failed { Error.Error.Code: not ErrorCodes.BrokenImage })
        {
            await cashier.WriteOff(sold, picture.CostUsd);
            return outcome;
        }
        if (cashier.MayRepeat(engine)) await cashier.WriteOff(sold, picture.CostUsd);
        return Judge(engine, new ServiceAnswer.Broken($"What {engine.Name} sent is no picture that can be read."));
    }

    Task<StepOutcome> Finish(StepRun run, OutsideEngine engine, string path, string type) => local.Run(
        run with { Steps = [engine.Finish(run.Steps[0])], InputPath = path, ContentType = type, Ticket = null }, new Progress<StepProgress>(), CancellationToken.None);

    string? TypeOf(string path, ImageLimits limits)
    {
        try
        {
            var header = Read(path);
            return header.Pixels <= limits.MaxOutputPixels && header.Frames == 1 ? header.ContentType : null;
        }
        catch (RevelaException)
        {
            return null;
        }
    }

    ImageHeader Read(string path)
    {
        using var file = File.OpenRead(path);
        return headers.Read(file);
    }

    static JsonObject Told(Step step, ServiceAnswer.Picture picture, StepOutcome.Developed sent, JsonObject? found)
    {
        var told = found ?? [];
        told[step.Op == "remove-background" ? "cutout" : step.Op] = new JsonObject
        {
            ["engine"] = picture.By,
            ["why"] = "It was asked for.",
            ["sent"] = string.Create(CultureInfo.InvariantCulture, $"{sent.Width}x{sent.Height}"),
            ["cost_usd"] = picture.CostUsd,
            ["notes"] = picture.Notes,
        };
        return told;
    }

    StepOutcome Judge(OutsideEngine engine, ServiceAnswer answer) => answer switch
    {
        ServiceAnswer.Refused refused => Failed(ErrorCodes.Refused, refused.Reason),
        ServiceAnswer.Unable unable => Failed(ErrorCodes.EngineUnavailable, unable.Reason),
        ServiceAnswer.Unfit unfit => Failed(ErrorCodes.OperationFailed, unfit.Reason),
        ServiceAnswer.Misconfigured wrong => Failed(ErrorCodes.Misconfigured, $"The setting {wrong.Setting} (REVELA_{wrong.Setting.Replace('.', '_').ToUpperInvariant()}) is not taken: {wrong.Reason}"),
        ServiceAnswer.Withheld { Why: var why } => new StepOutcome.Halted(why),
        ServiceAnswer.Empty none => Failed(ErrorCodes.ServiceFailed, none.Reason, retryable: true),
        ServiceAnswer.Broken or ServiceAnswer.Unanswered when !cashier.MayRepeat(engine) =>
            new StepOutcome.Halted(new Parked(ParkCodes.PossiblyPaid, $"{Words(answer)} It may be paid for: retry the job to make the call again, or cancel it.")),
        ServiceAnswer.Unanswered cut when engine.IsPaid => Failed(ErrorCodes.ServiceFailed, cut.Reason, retryable: true),
        ServiceAnswer.Broken broken => Failed(ErrorCodes.ServiceFailed, broken.Reason, retryable: true),
        _ => throw new OutageException(ErrorCodes.ServiceUnavailable, Words(answer)),
    };

    static string Words(ServiceAnswer answer) => answer switch
    {
        ServiceAnswer.Away away => away.Reason,
        ServiceAnswer.Unanswered cut => cut.Reason,
        ServiceAnswer.Broken broken => broken.Reason,
        _ => throw new ArgumentException($"{answer.GetType().Name} is no failure of a service.", nameof(answer)),
    };

    static StepOutcome.Failed Failed(string code, string message, bool retryable = false) => new(new JobErrorDetail(new JobError(code, message, retryable), 0));
}
