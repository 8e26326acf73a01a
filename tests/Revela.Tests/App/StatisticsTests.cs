using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>What ended, as clients read it, and what of it which tenant may see.</summary>
[Collection(nameof(SharedServer))]
public sealed class StatisticsTests(SharedServer shared)
{
    const string Route = "/api/v1/statistics";
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task What_ended_is_told_with_times_and_reasons()
    {
        var (_, key) = await live.NewKey(Scopes.Admin, $"tenant-{Guid.NewGuid():N}");
        using var client = live.With(key);
        await client.PostAsync("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale")).File(Pictures.New())).ShouldBe(202);
        await client.PostAsync("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale")).File(Damaged())).ShouldBe(202);
        var lines = await Eventually.Sees(
            async () => (await client.GetAsync($"{Route}?by=pipeline&window=1h&series=true").ShouldBe(200))["lines"]!.AsArray(),
            lines => lines.Count == 1 && lines[0]!["total"]!["completed"]!.GetValue<int>() == 1 && lines[0]!["total"]!["failed"]!.GetValue<int>() == 1);
        lines[0]!["name"]!.ToString().ShouldBe("grayscale");
        lines[0]!["total"]!["time"]!["p95"]!.GetValue<double>().ShouldBeGreaterThan(0);
        lines[0]!["total"]!["failures"]![0]!["code"]!.ToString().ShouldBe(ErrorCodes.BrokenImage);
        lines[0]!["series"]!.AsArray().Sum(point => point!["figures"]!["completed"]!.GetValue<int>()).ShouldBe(1);

        var engines = (await client.GetAsync($"{Route}?by=engine").ShouldBe(200))["lines"]!.AsArray();
        engines.Select(line => line!["name"]!.ToString()).ShouldAllBe(name => name.StartsWith("grayscale:", StringComparison.Ordinal));
    }

    // The header is fine, the pixels are not.
    static byte[] Damaged()
    {
        var bytes = Pictures.New();
        for (var i = 60; i < 200; i++) bytes[i] ^= 0x5A;
        return bytes;
    }

    [Theory]
    [InlineData("?by=colour")]
    [InlineData("?window=1y")]
    [InlineData("?series=perhaps")]
    public async Task A_bad_question_is_refused(string query) => await live.Client.GetAsync(Route + query).ShouldBeProblem(400, ErrorCodes.InvalidRequest);

    [Fact]
    public async Task What_all_tenants_share_only_the_house_sees_and_changes()
    {
        var (_, key) = await live.NewKey(Scopes.Admin, "guest");
        using var guest = live.With(key);
        foreach (var path in new[] { "stats", "queues", "budgets" })
        {
            await guest.GetAsync($"/api/v1/{path}").ShouldBeProblem(403, ErrorCodes.Forbidden);
            await live.Client.GetAsync($"/api/v1/{path}").ShouldBe(200);
        }
        await guest.GetAsync("/metrics").ShouldBeProblem(403, ErrorCodes.Forbidden);
        await guest.PostAsync("/api/v1/queues/default/pause", null).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await guest.PostAsync("/api/v1/jobs/unpark", LiveServer.JsonBody("""{"code": "budget"}""")).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await guest.GetAsync(Route).ShouldBe(200);
    }
}
