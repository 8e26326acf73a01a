using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Revela.Core.Assets;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Operations;
using Revela.Tests.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.Imaging.Isolation;

/// <summary>What real runs take corrects what the next ones are admitted to.</summary>
public sealed class MemoryLessonsTests : IDisposable
{
    static readonly ImageHeader Photo = new("image/png", 4000, 3000, 1, 3, 8);

    readonly Studio studio = new();
    readonly MemoryLessons lessons = new();

    [Fact]
    public async Task Runs_that_take_less_than_was_reckoned_teach_it_within_bounds()
    {
        var catalog = new OperationCatalog(lessons: lessons);
        Step[] blur = [new("blur", new JsonObject { ["sigma"] = 2 })];
        var reckoned = catalog.Megabytes(blur, Photo);
        using var photo = Pictures.Gradient(4000, 3000);
        var input = studio.Write(photo, "photo.png", ("compression", 1));
        await using var pool = new ChildPool(Children.Program, new ChildPoolOptions(), TimeProvider.System, NullLogger<ChildPool>.Instance, lessons);

        for (var i = 0; i < 5; i++)
        {
            catalog.Megabytes(blur, Photo).ShouldBe(reckoned, "few runs are no lesson");
            var run = new StepRun(blur, input, studio.File($"out-{i}"), "image/png", reckoned, new ImageLimits(), null);
            (await pool.Run(run, new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Developed>();
        }
        catalog.Megabytes(blur, Photo).ShouldBeInRange(reckoned / 2, reckoned - 1);
        catalog.Megabytes([new Step("sharpen", []), .. blur], Photo).ShouldBeGreaterThanOrEqualTo(new OperationCatalog().Megabytes([new Step("sharpen", []), .. blur], Photo));
    }

    [Fact]
    public async Task Runs_that_are_ended_for_their_hunger_are_admitted_to_more_but_never_to_more_than_double()
    {
        Environment.SetEnvironmentVariable(TestOperations.Variable, "1");
        var catalog = new OperationCatalog(TestOperations.IfEnabled, lessons);
        Step[] eat = [new("test-eat", [])];
        var reckoned = catalog.Megabytes(eat, Photo);
        await using var pool = new ChildPool(Children.Program, new ChildPoolOptions { WatchEvery = TimeSpan.FromMilliseconds(10) }, TimeProvider.System, NullLogger<ChildPool>.Instance, lessons);
        var before = reckoned;
        for (var i = 0; i < 5; i++)
        {
            var run = new StepRun(eat, studio.Write(Pictures.Plain(4, 4, 1), "in.png"), studio.File($"eaten-{i}"), "image/png", 32, new ImageLimits(), null);
            (await pool.Run(run, new Progress<StepProgress>(), default)).ShouldBeOfType<StepOutcome.Crashed>();
            var now = catalog.Megabytes(eat, Photo);
            now.ShouldBeGreaterThanOrEqualTo(before);
            before = now;
        }
        before.ShouldBe(2 * reckoned);
    }

    public void Dispose() => studio.Dispose();
}
