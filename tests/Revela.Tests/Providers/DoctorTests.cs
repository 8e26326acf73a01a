using Revela.Providers.Fakes;
using Revela.Providers.Gemini;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>What <c>revela doctor</c> asks of each service: an answer that costs nothing.</summary>
public sealed class DoctorTests
{
    [Fact]
    public async Task Every_service_is_tried_without_a_charge()
    {
        await using var bench = await Bench.Open();
        foreach (var engine in bench.Engines.Where(engine => engine.Missing is null)) (await engine.Check(CancellationToken.None)).ShouldNotBeEmpty();
        foreach (var fake in (FakeService[])[bench.Fakes.ClipDrop, bench.Fakes.Gemini, bench.Fakes.Rembg]) fake.Calls.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_is_gone_and_a_key_that_is_not_sent_are_told()
    {
        await using var gone = await Bench.Open(options => options with { Gemini = options.Gemini with { Model = "gemini-2.5-flash-image" } });
        (await Fault(gone, GeminiClient.Name)).ShouldContain("gemini.model");
        await using var keyless = await Bench.Open(options => options with { Clipdrop = options.Clipdrop with { Key = "" } });
        (await Fault(keyless, "clipdrop")).ShouldContain("clipdrop.key");
    }

    static async Task<string> Fault(Bench bench, string engine) =>
        (await Should.ThrowAsync<InvalidOperationException>(() => bench.Engines.First(one => one.Name == engine).Check(CancellationToken.None))).Message;
}
