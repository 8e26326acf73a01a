using System.Globalization;
using System.Text.Json.Nodes;
using Revela.Core.Flow;
using Revela.Imaging.Header;
using Revela.Providers.Fakes;
using Revela.Services;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace Revela.Journeys;

/// <summary>A paid call is not repeated by itself, no budget is overspent, and a line keeps its gap, over real processes that die (law 4).</summary>
public sealed class MoneyTests(ITestOutputHelper output) : IAsyncLifetime
{
    static readonly TimeSpan LongPatience = TimeSpan.FromMinutes(10);

    FakeServices fakes = null!;

    public async Task InitializeAsync() => fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);

    public async Task DisposeAsync() => await fakes.DisposeAsync();

    [Fact]
    public async Task A_call_that_is_under_way_when_the_program_is_killed_is_made_again_only_when_a_person_says_so()
    {
        fakes.Gemini.Meet(Trouble.Silence);
        await using var server = await Server.Started(null, Reaching());
        var id = await Submit(server, 0, Restyle("512"));
        await server.Until(_ => Task.FromResult(fakes.Gemini.Calls.Count), calls => calls == 1, "the call");

        await server.Kill();
        await server.Start();
        var job = await server.Until(door => door.Get($"/api/v1/jobs/{id}"), seen => Code(seen) == "possibly-paid", "that the job is left to a person");
        job["parked"]!.Text("detail")!.ShouldContain("gemini");
        (await States(server, id)).ShouldBe(["open"]);
        fakes.Gemini.Calls.Count.ShouldBe(1);

        await server.Door.Post($"/api/v1/jobs/{id}/retry");
        await server.JobBecomes(id, "completed");
        (await States(server, id)).ShouldBe(["written-off", "kept"]);
        fakes.Gemini.Calls.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_picture_that_was_paid_for_outlives_the_worker_that_died_before_it_was_kept()
    {
        await using var server = await Server.Started(null, [.. Reaching(), ("REVELA_WORKER_ENABLED", "false")]);
        var id = await Submit(server, 0, Restyle("512"));
        var dying = server.StartWorker(("REVELA_CRASH_AT", $"{(int)CrashPoint.Developed}"));
        await dying.Exited.WaitAsync(LongPatience, TimeProvider.System);
        server.StartWorker();
        await server.JobBecomes(id, "completed", LongPatience);
        (await States(server, id)).ShouldBe(["kept"]);
        fakes.Gemini.Calls.Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_a_worker_process_measures_of_its_calls_is_read_at_its_own_door()
    {
        await using var server = await Server.Started(null, [.. Reaching(), ("REVELA_WORKER_ENABLED", "false")]);
        var url = RevelaProcess.FreeAddress();
        server.StartWorker(("REVELA_METRICS_WORKER_URL", url.GetLeftPart(UriPartial.Authority)));
        await server.JobBecomes(await Submit(server, 0, Restyle("512")), "completed", LongPatience);

        using var door = Door.Of(url, server.Data);
        await server.Until(_ => IsAlive(door), alive => alive, "that the worker opens its door");
        var text = System.Text.Encoding.UTF8.GetString(await door.Bytes("/metrics"));
        text.ShouldContain("revela_service_calls_total{service=\"gemini\",operation=\"restyle\",outcome=\"picture\"} 1\n");
        text.ShouldContain("revela_service_duration_seconds_count{service=\"gemini\",operation=\"restyle\"} 1\n");
        text.ShouldContain("revela_service_cost_usd_total{service=\"gemini\"");
        using var stranger = new HttpClient { BaseAddress = url };
        (await stranger.GetAsync("/metrics")).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Workers_together_spend_no_more_than_the_budget_and_go_on_once_it_is_raised()
    {
        // At 6.7 cents a picture: 29 of 100 for two dollars, 3 of 10 for a quarter.
        var (jobs, workers, budget, calls) = Soak.IsWhole ? (100, 4, 2.00, 29) : (10, 2, 0.25, 3);
        await using var server = await Server.Started(null, [.. Reaching(), ("REVELA_WORKER_ENABLED", "false")]);
        await SetBudget(server, budget);
        for (var i = 0; i < workers; i++) server.StartWorker();
        var ids = new List<string>();
        for (var i = 0; i < jobs; i++) ids.Add(await Submit(server, i, Restyle("1K")));

        await server.Until(
            door => door.Get("/api/v1/stats"), stats => stats["total"]!.Number("completed") == calls && stats["total"]!.Number("parked") == jobs - calls,
            "that the budget is spent and the rest parked", LongPatience);
        fakes.Gemini.Calls.Count.ShouldBe(calls);
        var parked = await server.Door.Jobs("&parked=true");
        parked.ShouldAllBe(job => Code(job) == "budget");

        await SetBudget(server, 1000);
        foreach (var id in ids) await server.JobBecomes(id, "completed", LongPatience);
        fakes.Gemini.Calls.Count.ShouldBe(jobs);
        output.WriteLine($"{jobs} jobs, {workers} workers, ${budget}: {calls} calls, then {jobs}");
    }

    [Fact]
    public async Task One_at_a_time_with_a_gap_holds_over_all_processes_by_the_clock_of_the_service()
    {
        var (jobs, gap) = (Soak.IsWhole ? 30 : 4, TimeSpan.FromSeconds(2));
        await using var server = await Server.Started(null, Reaching());
        await server.Door.Patch("/api/v1/queues/default", new JsonObject { ["global_limit"] = 1, ["min_gap_seconds"] = gap.TotalSeconds });
        for (var i = 0; i < 2; i++) server.StartWorker();
        for (var i = 0; i < jobs; i++) await Submit(server, i, Restyle("512"));
        await server.Drained(LongPatience);

        var at = fakes.Gemini.Calls.Select(call => call.At).ToArray();
        at.Length.ShouldBe(jobs);
        var gaps = at.Zip(at.Skip(1), (one, next) => next - one).ToArray();
        output.WriteLine($"{jobs} calls, gaps of {gaps.Min().TotalSeconds:0.000} to {gaps.Max().TotalSeconds:0.000} s");
        gaps.Min().ShouldBeGreaterThanOrEqualTo(gap);
    }

    [Fact]
    public async Task Every_picture_is_paid_for_once_through_refusals_cuts_and_the_deaths_of_workers()
    {
        var (jobs, workers) = Soak.IsWhole ? (200, 3) : (20, 2);
        var weather = new Weather(seed: 20261127);
        fakes.ClipDrop.Weather = fakes.Gemini.Weather = weather.Next;
        await using var server = await Server.Started(null, [.. Reaching(), ("REVELA_WORKER_ENABLED", "false")]);
        var butcher = new Butcher(server, workers);
        var ids = new List<string>();
        for (var i = 0; i < jobs; i++) ids.Add(await Submit(server, i, Showcase));

        await butcher.KillUntil(() => Settled(server, jobs), () => weather.Calls, LongPatience);
        var possiblyPaid = 0;
        foreach (var id in ids) possiblyPaid += await PaidOnce(server, id);
        output.WriteLine($"{jobs} jobs, {butcher.Deaths} workers killed, {weather.Calls} calls; {possiblyPaid} steps possibly paid");
        butcher.Deaths.ShouldBeGreaterThan(0);

        // A person looks at them, and lets the calls be made again.
        fakes.ClipDrop.Weather = fakes.Gemini.Weather = () => Trouble.None;
        (await server.Door.Post("/api/v1/jobs/unpark", new JsonObject { ["code"] = "possibly-paid" })).Number("count").ShouldBeLessThanOrEqualTo(possiblyPaid);
        await server.Drained(LongPatience);
    }

    static async Task<bool> IsAlive(Door door)
    {
        try
        {
            return (await door.Get("/health/live")).Text("status") == "ok";
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    // Every job has ended, or waits for a person.
    static async Task<bool> Settled(Server server, int jobs)
    {
        var total = (await server.Door.Get("/api/v1/stats"))["total"]!;
        if (total.Number("completed") + total.Number("failed") + total.Number("parked") < jobs) return false;
        return (await server.Door.Jobs("&parked=true")).All(job => Code(job) == "possibly-paid");
    }

    /// <summary>How many of the job's steps may have been paid for without a result.</summary>
    async Task<int> PaidOnce(Server server, string id)
    {
        var job = await server.Door.Get($"/api/v1/jobs/{id}");
        if (job.Text("state") == "failed") job["error"]!.Text("code").ShouldBeOneOf("refused", "operation-failed");
        else (job.Text("state") == "completed" || Code(job) == "possibly-paid").ShouldBeTrue(job.ToJsonString());
        var calls = (await server.Door.Get($"/api/v1/jobs/{id}/calls"))["calls"]!.AsArray().Select(call => (Step: call!.Number("step_index"), State: call!.Text("state"))).ToArray();
        foreach (var (step, charged) in Charged(id))
        {
            var states = calls.Where(call => call.Step == step).Select(call => call.State).ToArray();
            charged.ShouldBe(1, $"step {step} of job {id}: {string.Join(", ", states)}");
            states.Count(state => state is "kept" or "open").ShouldBe(1, $"step {step} of job {id}: {string.Join(", ", states)}");
        }
        var open = calls.Count(call => call.State == "open");
        if (Code(job) is null) open.ShouldBe(0, $"job {id} has ended");
        return open;
    }

    // What the fakes have charged for, by the id that every call carries.
    Dictionary<int, int> Charged(string id) => fakes.ClipDrop.Calls.Concat(fakes.Gemini.Calls)
        .Where(call => call.Charged && call.Id!.StartsWith(Guid.Parse(id).ToString("N"), StringComparison.Ordinal))
        .GroupBy(call => int.Parse(call.Id!.Split('-')[^1], CultureInfo.InvariantCulture))
        .ToDictionary(group => group.Key, group => group.Count());

    (string Name, string Value)[] Reaching() =>
    [
        ("REVELA_GEMINI_ENDPOINT", fakes.Gemini.Address.ToString()), ("REVELA_GEMINI_KEY", FakeServices.Key),
        ("REVELA_CLIPDROP_ENDPOINT", fakes.ClipDrop.Address.ToString()), ("REVELA_CLIPDROP_KEY", FakeServices.Key),
        ("REVELA_CLIPDROP_REQUESTS_PER_MINUTE", "100000"), ("REVELA_CLIPDROP_USD_PER_CREDIT", "0.09"),
    ];

    static async Task<string> Submit(Server server, int number, string steps) =>
        (await server.Door.Submit(Photos.Copy(Photos.Small(96, 64, 8), number), new Dictionary<string, string> { ["steps"] = steps })).Id();

    static Task SetBudget(Server server, double usd) => server.Door.Put("/api/v1/budgets/pictures", new JsonObject { ["provider"] = "gemini", ["amount_usd"] = usd });

    static async Task<string?[]> States(Server server, string id) => [.. (await server.Door.Get($"/api/v1/jobs/{id}/calls"))["calls"]!.AsArray().Select(call => call!.Text("state"))];

    static string? Code(JsonNode job) => job["parked"] is { } parked ? parked.Text("code") : null;

    static string Restyle(string size) => $$"""[{"op":"restyle","prompt":"anything","size":"{{size}}"}]""";

    const string Showcase = """[{"op":"remove-background","engine":"clipdrop"},{"op":"restyle","prompt":"anything","size":"512"},{"op":"upscale","engine":"clipdrop","factor":1.5}]""";
}

/// <summary>What calls meet: one in five is one too many, some fail, break off or are refused.</summary>
sealed class Weather(int seed)
{
    readonly Random random = new(seed);
    readonly Lock gate = new();

    public int Calls { get; private set; }

    public Trouble Next()
    {
        lock (gate)
        {
            Calls++;
            return random.Next(100) switch { < 20 => Trouble.RateLimit, < 25 => Trouble.ServerError, < 27 => Trouble.Cut, < 30 => Trouble.Refusal, _ => Trouble.None };
        }
    }
}

/// <summary>Keeps workers at work and kills one after the other.</summary>
sealed class Butcher
{
    const int CallsBetween = 4;
    static readonly TimeSpan Between = TimeSpan.FromSeconds(2);

    readonly Server server;
    readonly RevelaProcess[] workers;

    public Butcher(Server server, int count)
    {
        this.server = server;
        workers = [.. Enumerable.Range(0, count).Select(_ => Next())];
    }

    public int Deaths { get; private set; }

    /// <param name="calls">Grows with the work that is done: however slow the machine is, some is done between two deaths.</param>
    public async Task KillUntil(Func<Task<bool>> isDone, Func<int> calls, TimeSpan atMost)
    {
        var end = TimeProvider.System.GetUtcNow() + atMost;
        for (var seen = 0; !await isDone();)
        {
            (TimeProvider.System.GetUtcNow() < end).ShouldBeTrue($"the jobs did not end:\n{server.Log}");
            await Task.Delay(Between, TimeProvider.System);
            if (calls() < seen + CallsBetween) continue;
            seen = calls();
            await KillOne(Deaths++ % workers.Length);
        }
    }

    async Task KillOne(int turn)
    {
        workers[turn].Kill();
        await workers[turn].Exited;
        workers[turn] = Next();
    }

    RevelaProcess Next() => server.StartWorker();
}
