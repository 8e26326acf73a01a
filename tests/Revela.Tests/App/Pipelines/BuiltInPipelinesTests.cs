using Revela.App.Pipelines;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Pipelines;

/// <summary>The pipelines that are shipped can be run.</summary>
public sealed class BuiltInPipelinesTests
{
    [Fact]
    public void Every_built_in_pipeline_is_sound()
    {
        var catalog = PipelineFile.Load(null, new OperationCatalog());
        catalog.All.Select(pipeline => pipeline.Name).ShouldBe(["analyze", "catalog", "cutout", "gallery-cutout", "grayscale", "inspect", "preview", "publish", "race-photos", "read-bibs", "renditions", "showcase", "square", "thumbnail", "upscale", "web"], ignoreOrder: true);
        catalog.All.ShouldAllBe(pipeline => !string.IsNullOrEmpty(pipeline.Description));
        catalog.Get("analyze").Queue.ShouldBe("analyze");
    }
}
