using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Core.Events;

/// <summary>Events as other applications read them: CloudEvents 1.0 in its JSON format, with the extension <c>sequence</c> and the store's own <c>tenant</c>.</summary>
public static class CloudEvents
{
    public const string ContentType = "application/cloudevents+json; charset=UTF-8";

    /// <summary>The same each time that the event is sent; unique within its source.</summary>
    public static string IdOf(JobEvent happened) => happened.Id.ToString(CultureInfo.InvariantCulture);

    public static string TypeOf(JobEvent happened) => $"revela.{happened.Type}";

    /// <param name="source">A URI reference that names the store.</param>
    public static byte[] Write(JobEvent happened, string source) => JsonSerializer.SerializeToUtf8Bytes(
        new
        {
            Specversion = "1.0",
            Id = IdOf(happened),
            Source = source,
            Type = TypeOf(happened),
            Subject = happened.JobId,
            Time = happened.At,
            Datacontenttype = "application/json",
            happened.Tenant,
            // Sorts as text as the numbers do.
            Sequence = happened.Id.ToString("D19", CultureInfo.InvariantCulture),
            Data = new { happened.JobId, happened.BatchId, happened.Queue, happened.Data },
        },
        RevelaJson.Options);
}
