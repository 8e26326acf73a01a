using System.Globalization;
using System.Text.Json.Nodes;
using Revela.App.Api;
using Revela.App.Api.Queues;
using Revela.App.Pipelines;
using Revela.Core.Jobs;
using Revela.Core.Queues;

namespace Revela.App.Dashboard.Queues;

/// <summary>POST /queues/{name}, /pause, /resume and /clean: what the API does, asked for by a form.</summary>
public static class TakeQueueOrders
{
    const string Address = "/queues";
    static readonly string[] Counts = ["concurrency", "global_limit", "rate_limit", "keep_completed", "keep_failed"];
    static readonly string[] Times = ["rate_period_seconds", "min_gap_seconds", "keep_for_seconds"];

    public static async Task<IResult> Pause(string name, HttpContext http, IQueueStore queues, IJobStore jobs, CancellationToken cancel)
    {
        await PauseQueue.Handle(name, queues, jobs, cancel);
        return Answers.Go(http, Address, "queue.paused", name);
    }

    public static async Task<IResult> Resume(string name, HttpContext http, IQueueStore queues, IJobStore jobs, ISignals signals, CancellationToken cancel)
    {
        await ResumeQueue.Handle(name, queues, jobs, signals, cancel);
        return Answers.Go(http, Address, "queue.resumed", name);
    }

    public static async Task<IResult> Change(string name, HttpContext http, IQueueStore queues, ISignals signals, CancellationToken cancel)
    {
        await ChangeQueue.Change(name, Body(http.Request.Form), queues, signals, cancel);
        return Answers.Go(http, Address, "queue.changed", name);
    }

    public static async Task<IResult> Clean(string name, HttpContext http, IQueueStore queues, IJobStore jobs, TimeProvider time, CancellationToken cancel)
    {
        if (!Durations.TryParse(http.Request.Form["older_than"].ToString(), out var age)) throw Refusals.Invalid("How old must be a time such as 7 d or 12 h.");
        var count = await CleanQueue.Clean(name, age, states: null, queues, jobs, time, cancel);
        return Answers.Go(http, Address, "queue.cleaned", new Figures(Notifications.Words.LanguageOf(http.Request)).Count(count));
    }

    // As the API takes it: an empty field lifts a limit, and what cannot be read is refused there with every other mistake.
    static JsonObject Body(IFormCollection form)
    {
        var body = new JsonObject();
        foreach (var name in Counts) if (form.ContainsKey(name)) body[name] = Number(form[name].ToString().Trim());
        foreach (var name in Times) if (form.ContainsKey(name)) body[name] = Seconds(form[name].ToString().Trim());
        return body;
    }

    static JsonNode? Number(string text) =>
        text.Length == 0 ? null : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : text;

    static JsonNode? Seconds(string text) => text.Length == 0 ? null : Durations.TryParse(text, out var time) ? time.TotalSeconds : text;
}
