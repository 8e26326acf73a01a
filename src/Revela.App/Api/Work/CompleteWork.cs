using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core.Jobs;

namespace Revela.App.Api.Work;

/// <summary>POST /api/v1/work/jobs/{id}/{lease}/complete: publishes a job's results in one commit (law 5).</summary>
public static class CompleteWork
{
    [EndpointSummary("Complete a held job")]
    [EndpointDescription("With the receipt of each picture that is to be published. May be repeated when its answer was lost: it is answered like the first, and published once.")]
    [Takes(typeof(CompletionBody), "application/json")]
    [Refuses(400, 404, 409, 413, 415, 503)]
    public static async Task<NoContent> Handle(Guid id, long lease, HttpContext http, HeldWork work, Receipts receipts, UploadOptions limits, CancellationToken cancel)
    {
        var body = await WorkBodies.Read<CompletionBody>(http.Request, limits, cancel);
        WorkBodies.Require(body.Pictures.All(made => made?.Receipt is not null), "Each of the 'pictures' has a 'step_index' and a 'receipt'.");
        return await work.Settle(http, id, lease, Report, cancel);

        AttemptReport Report(ClaimedJob held) =>
            new(held, new AttemptOutcome.Done(Published(held, body, work, receipts), body.Data), WorkBodies.Records(body.Steps, held, work.Now));
    }

    static IReadOnlyList<MadeImage> Published(ClaimedJob held, CompletionBody body, HeldWork work, Receipts receipts)
    {
        var sent = body.Pictures.ToLookup(made => made.StepIndex, made => made.Receipt);
        var published = work.Groups(held).Where(group => group.Publishes).Select(group => group.Last).ToArray();
        WorkBodies.Require(sent.All(made => made.Count() == 1 && published.Contains(made.Key)), $"'pictures' are for these steps, each once: {string.Join(", ", published)}.");
        return [.. published.Select(step => new MadeImage(step, Image(step)))];

        StoredImage Image(int step) =>
            sent[step].FirstOrDefault() is { } receipt ? receipts.Read(receipt, held.Job.Id, held.Lease, step)
            : held.Checkpoints.FirstOrDefault(kept => kept.StepIndex == step)?.Image ?? throw Refusals.Invalid($"The picture of step {step} is missing.");
    }
}
