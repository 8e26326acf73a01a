using Shouldly;
using Xunit;

namespace Revela.Journeys;

/// <summary>The first minute of a newcomer.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_develops_its_photos_and_ends_when_asked_to()
    {
        await using var server = new Server();
        await using var demo = RevelaProcess.StartProgram(Path.Combine(Repository.Root, "run"), ["demo", "--once", "--data", server.Data, "--port", $"{server.Url.Port}"]);
        await demo.Ended.WaitAsync(TimeSpan.FromMinutes(10));
        demo.ExitCode.ShouldBe(0, demo.Log);
        demo.Log.ShouldContain(server.Url.Authority, Case.Insensitive, "the demo says where the server is");
        await Orphans.AreGone();
    }
}
