using System.Text.Json.Nodes;
using Revela.Core.Events;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core;

/// <summary>The shape that other applications read.</summary>
public sealed class CloudEventsTests
{
    [Fact]
    public void An_event_has_every_attribute_of_the_standard_and_its_data()
    {
        var (job, batch) = (Guid.Parse("019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11"), Guid.Parse("019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e12"));
        var happened = new JobEvent(42, EventTypes.Failed, "studio", job, batch, "catalog", new DateTimeOffset(2030, 1, 31, 22, 0, 0, TimeSpan.Zero), new JsonObject { ["code"] = "crashed" });

        var read = JsonNode.Parse(CloudEvents.Write(happened, "/revela"))!.AsObject();

        JsonNode.DeepEquals(read, JsonNode.Parse("""
            {
              "specversion": "1.0", "id": "42", "source": "/revela", "type": "revela.job.failed",
              "subject": "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11", "time": "2030-01-31T22:00:00+00:00", "datacontenttype": "application/json",
              "tenant": "studio", "sequence": "0000000000000000042",
              "data": {"job_id": "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11", "batch_id": "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e12", "queue": "catalog", "data": {"code": "crashed"}}
            }
            """)).ShouldBeTrue(read.ToJsonString());
    }
}
