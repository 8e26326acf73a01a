using System.Buffers.Binary;
using System.Text;
using Revela.Core;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Isolation;

/// <summary>A child may be in the hands of an attacker: whatever it says ends as an outcome. These children are shell scripts that lie.</summary>
public sealed class HostileChildTests
{
    static readonly ChildPoolOptions Hasty = new() { StopGrace = TimeSpan.FromMilliseconds(200) };

    [Theory]
    [InlineData("echo nonsense; exec sleep 60")]
    [InlineData("printf '\\377\\377\\377\\177'; exec sleep 60")]
    [InlineData("exit 3")]
    [InlineData("exec >&-; exec sleep 60")]
    public async Task A_child_that_is_not_ready_is_an_outage(string script)
    {
        await using var children = Script(script);
        (await Should.ThrowAsync<OutageException>(children.Run("grayscale"))).Error.Code.ShouldBe("child-unavailable");
    }

    [Fact]
    public async Task A_child_that_never_gets_ready_is_an_outage()
    {
        await using var children = new Children(Hasty with { StartLimit = TimeSpan.FromMilliseconds(200) }, Sh("exec sleep 60"));
        (await Should.ThrowAsync<OutageException>(children.Run("grayscale"))).Error.Code.ShouldBe("child-unavailable");
    }

    [Fact]
    public async Task A_child_that_dies_before_it_takes_the_run_is_an_outage()
    {
        await using var children = Script($"{Say("ready", 0)}; head -c 20 >/dev/null; exit 1");
        (await Should.ThrowAsync<OutageException>(children.Run("grayscale"))).Error.Code.ShouldBe("child-unavailable");
    }

    [Theory]
    [InlineData("echo nonsense; exec sleep 60")]
    [InlineData("printf '\\001\\000\\000\\000['; exec sleep 60")]
    [InlineData("printf '\\004\\000\\000\\000null'; exec sleep 60")]
    [InlineData("printf '\\000\\000\\000\\000'; exec sleep 60")]
    [InlineData("printf '\\377\\377\\377\\377'; exec sleep 60")]
    [InlineData("printf '\\100\\000\\000\\000short'")]
    [InlineData("exit 0")]
    [InlineData("exit 9")]
    [InlineData("kill -SEGV $$")]
    [InlineData("sleep 5 & exit 1")]
    public async Task A_child_that_talks_nonsense_once_it_has_begun_counts_as_crashed(string script)
    {
        await using var children = Begun(script);
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("crashed");
    }

    [Theory]
    [InlineData("""{"kind":"developed","id":ID}""")]
    [InlineData("""{"kind":"developed","id":ID,"result":{"path":"/etc/passwd","content_type":"image/png","bytes":1,"sha256":"","width":1,"height":1,"frames":1,"engine":"x"}}""")]
    [InlineData("""{"kind":"failed","id":ID}""")]
    [InlineData("""{"kind":"cancelled","id":ID}""")]
    [InlineData("""{"kind":"who-knows","id":ID}""")]
    [InlineData("""{"kind":"out-of-memory","id":ID,"step_index":-7}""")]
    public async Task An_answer_that_cannot_be_true_counts_as_crashed(string answer)
    {
        await using var children = Begun(Frames(answer) + "; exec sleep 60");
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBeOneOf("crashed", "too-large");
    }

    [Fact]
    public async Task A_child_that_keeps_silent_times_out()
    {
        await using var children = new Children(Hasty with { StepTimeLimit = TimeSpan.FromMilliseconds(300) }, Sh($"{Say("ready", 0)}; exec sleep 60"));
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Code.ShouldBe("timed-out");
    }

    [Fact]
    public async Task What_a_child_prints_on_standard_error_never_reaches_the_client()
    {
        await using var children = Begun("echo 'secret /path' >&2; exit 1");
        (await children.Run("grayscale")).ShouldBeOfType<StepOutcome.Crashed>().Error.Error.Message.ShouldNotContain("secret");
    }

    [Fact]
    public void A_child_that_hears_garbage_ends_in_order()
    {
        var random = new Random(4711);
        for (var i = 0; i < 2000; i++)
        {
            var garbage = new byte[random.Next(64)];
            random.NextBytes(garbage);
            if (garbage.Length >= 4 && random.Next(2) == 0) BinaryPrimitives.WriteInt32LittleEndian(garbage, random.Next(garbage.Length));
            DevelopingChild.Run(new MemoryStream(garbage), new MemoryStream(), new NoRunner(), _ => 0).ShouldBeOneOf(0, 2);
        }
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"kind":"develop","id":1}""")]
    [InlineData("""{"kind":"develop","id":1,"run":{}}""")]
    [InlineData("""{"kind":"dance","id":1}""")]
    [InlineData("""{"kind":"cancel","id":"one"}""")]
    public void A_child_that_hears_json_of_another_kind_ends_in_order(string json)
    {
        var body = Encoding.UTF8.GetBytes(json);
        DevelopingChild.Run(new MemoryStream([(byte)body.Length, 0, 0, 0, .. body]), new MemoryStream(), new NoRunner(), _ => 0).ShouldBeOneOf(0, 2);
    }

    static Children Script(string script) => new(Hasty, Sh(script));

    /// <summary>A child that is ready, takes the run (whose number it reads from the request) and goes on with the script.</summary>
    static Children Begun(string script) =>
        Script($$"""{{Say("ready", 0)}}; id=$(head -c 60 | tr '\0' ' ' | LC_ALL=C sed 's/.*"id":\([0-9]*\).*/\1/'); {{Frames("""{"kind":"begun","id":ID}""")}}; {{script}}""");

    static string Say(string kind, int id) => Frames($$"""{"kind":"{{kind}}","id":{{id}}}""");

    /// <summary>Shell that prints JSON behind its length; ID stands for the shell's variable.</summary>
    static string Frames(string json) => $$"""
        m=$(printf '%s' '{{json}}' | sed "s/ID/$id/"); n=${#m}; printf "\\$(printf '%03o' $((n % 256)))\\$(printf '%03o' $((n / 256)))\\000\\000%s" "$m"
        """;

    static ChildCommand Sh(string script) => new("/bin/sh", ["-c", script]);

    sealed class NoRunner : IStepRunner
    {
        public Task<StepOutcome> Run(StepRun run, IProgress<StepProgress> progress, CancellationToken cancel) => throw new NotSupportedException();
    }
}
