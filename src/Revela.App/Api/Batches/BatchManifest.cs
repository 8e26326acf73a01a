using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api.Batches;

/// <summary>What became of one input of a batch; an input of which several pictures were made has a row for each.</summary>
/// <param name="Input">The name that it came with.</param>
/// <param name="Output">Its name in the download.</param>
/// <param name="CostUsd">Of the job; on the first of its rows.</param>
public sealed record ManifestRow(
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Input, string? InputSha256, Guid AssetId, Guid JobId, JobState State,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Output, string? OutputSha256, string? ErrorCode, string? Error, decimal CostUsd);

/// <summary>The list of what came in and what became of it, as JSON and as CSV, in the order of submission.</summary>
public sealed class BatchManifest
{
    static readonly string[] Columns = ["input", "input_sha256", "asset_id", "job_id", "state", "output", "output_sha256", "error_code", "error", "cost_usd"];

    readonly List<(long Seq, ManifestRow Row)> rows = [];

    public IEnumerable<ManifestRow> Rows => rows.OrderBy(row => row.Seq).Select(row => row.Row);

    public void Add(BatchEntry entry)
    {
        var job = entry.Job;
        var bare = new ManifestRow(entry.Original?.FileName, entry.Original?.Sha256, job.AssetId, job.Id, job.State, null, null, job.Error?.Code, job.Error?.Message, job.CostUsd);
        if (entry.Pictures.Count == 0) rows.Add((job.Seq, bare));
        rows.AddRange(entry.Pictures.Select((picture, i) => (job.Seq, bare with { Output = picture.Name, OutputSha256 = picture.Asset.Sha256, CostUsd = i == 0 ? job.CostUsd : 0 })));
    }

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(Rows, RevelaJson.Options);

    /// <summary>RFC 4180, with a byte order mark, by which spreadsheets know UTF-8.</summary>
    public byte[] ToCsv()
    {
        var text = new StringBuilder("\uFEFF").AppendJoin(',', Columns).Append("\r\n");
        foreach (var row in Rows)
        {
            string?[] cells =
            [
                row.Input, row.InputSha256, row.AssetId.ToString("D"), row.JobId.ToString("D"), JsonNamingPolicy.KebabCaseLower.ConvertName(row.State.ToString()),
                row.Output, row.OutputSha256, row.ErrorCode, row.Error, row.CostUsd.ToString(CultureInfo.InvariantCulture),
            ];
            text.AppendJoin(',', cells.Select(Cell)).Append("\r\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    // A name that begins like a formula must stay a name in a spreadsheet.
    static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        if ("=+-@\t\r".Contains(value[0], StringComparison.Ordinal)) value = "'" + value;
        return value.AsSpan().IndexOfAny(",\"\r\n") < 0 ? value : $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
