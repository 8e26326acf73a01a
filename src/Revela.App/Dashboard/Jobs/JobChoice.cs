using Microsoft.Extensions.Primitives;
using Revela.App.Api.Jobs;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard.Jobs;

/// <summary>Which jobs somebody looks at: as an address and as forms spell it, where an empty field is none.</summary>
public sealed record JobChoice
{
    public const string Delayed = "delayed", Parked = "parked";
    public const int MaxText = 200;

    /// <summary>A job's state, or one of the two kinds of waiting; null for all.</summary>
    public string? State { get; init; }

    /// <summary>Why parked ones wait; null for any reason.</summary>
    public string? Reason { get; init; }
    public string? Queue { get; init; }
    public string? Pipeline { get; init; }
    public string? Search { get; init; }
    public string? Tag { get; init; }
    public Guid? Batch { get; init; }
    public Guid? Asset { get; init; }
    public string? Cursor { get; init; }

    /// <summary>In the order in which they are offered.</summary>
    public static readonly IReadOnlyList<string> States = ["pending", "processing", "completed", "failed", "cancelled", Delayed, Parked];

    public bool IsAll => this with { Cursor = null } == new JobChoice();

    public static JobChoice Of(HttpRequest request)
    {
        Func<string, StringValues> field = HttpMethods.IsPost(request.Method) ? name => request.Form[name] : name => request.Query[name];
        string? Text(string name) => field(name) is [{ } text] && text.Trim() is { Length: > 0 and <= MaxText } trimmed ? trimmed : null;
        Guid? Id(string name) => Guid.TryParse(Text(name), out var id) ? id : null;
        return new JobChoice
        {
            State = Text("state") is { } state && States.Contains(state) ? state : null,
            Reason = Text("reason") is { } reason && ParkCodes.All.Contains(reason) ? reason : null,
            Queue = Text("queue"),
            Pipeline = Text("pipeline"),
            Search = Text("search"),
            Tag = Text("tag"),
            Batch = Id("batch"),
            Asset = Id("asset"),
            Cursor = Text("cursor"),
        };
    }

    public JobQuery ToQuery(string tenant) => new()
    {
        Tenant = tenant,
        States = State is null or Delayed or Parked ? null : JobStateNames.Parse(State),
        Delayed = State == Delayed ? true : null,
        Parked = State == Parked ? true : null,
        ParkedFor = State == Parked ? Reason : null,
        Queue = Queue,
        Pipeline = Pipeline,
        BatchId = Batch,
        AssetId = Asset,
        Tag = Tag,
        Search = Search,
        Cursor = Cursor,
    };

    /// <summary>What is chosen, by the names of fields; the page aside.</summary>
    public IEnumerable<(string Name, string Value)> Fields
    {
        get
        {
            (string, string?)[] all =
            [
                ("state", State), ("reason", Reason), ("queue", Queue), ("pipeline", Pipeline), ("search", Search), ("tag", Tag), ("batch", Batch?.ToString("D")), ("asset", Asset?.ToString("D")),
            ];
            return all.Where(one => one.Item2 is not null).Select(one => (one.Item1, one.Item2!));
        }
    }

    public string Address(string path = "/jobs") =>
        path + QueryString.Create(Fields.Append(("cursor", Cursor ?? "")).Where(one => one.Item2.Length > 0).Select(one => KeyValuePair.Create(one.Item1, (string?)one.Item2)));
}
