using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Revela.Providers.Fakes;

namespace Revela.Providers.Firestore;

/// <summary>Plays Firestore's REST interface as its emulator does, with one project of documents in memory, and Google's token endpoint.</summary>
public sealed class FirestoreFake(TimeProvider time)
{
    public const string Project = "fake";
    const string Token = "fake-token";
    const string Documents = $"projects/{Project}/databases/(default)/documents";

    readonly Lock gate = new();
    readonly Dictionary<string, Kept> documents = new(StringComparer.Ordinal);
    long ticks;

    sealed record Kept(JsonObject Fields, string UpdateTime);

    /// <summary>With which status a write on a condition that does not hold is refused: 400 as FAILED_PRECONDITION, 409 as ABORTED, or 412.</summary>
    public int MismatchStatus { get; set; } = 400;

    /// <summary>Tells whether a signed word is good; anything is, unless a test says otherwise.</summary>
    public Func<string, bool> Believes { get; set; } = _ => true;

    public static async Task<(FirestoreFake Store, FakeService Service)> Start(int port, TimeProvider time, CancellationToken cancel)
    {
        var store = new FirestoreFake(time);
        var service = await FakeService.Start(port, time, (app, fake) =>
        {
            app.MapPost("/token", http => store.Grant(http));
            app.MapPost($"/v1/{Documents}:runQuery", http => store.Ask(http, fake, store.Query));
            app.MapGet($"/v1/{Documents}/{{**path}}", http => store.Ask(http, fake, store.Get));
            app.MapPatch($"/v1/{Documents}/{{**path}}", http => store.Ask(http, fake, store.Patch));
        }, cancel);
        return (store, service);
    }

    /// <summary>Puts a document there, as an application would.</summary>
    public void Put(string collection, string id, JsonObject fields)
    {
        lock (gate) documents[$"{Documents}/{collection}/{id}"] = new Kept(FirestoreValues.WriteFields(fields), Now());
    }

    public JsonObject? Find(string collection, string id)
    {
        lock (gate) return documents.TryGetValue($"{Documents}/{collection}/{id}", out var kept) ? FirestoreValues.ReadFields(kept.Fields) : null;
    }

    Task Grant(HttpContext http)
    {
        var form = http.Request.Form;
        return form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer" && Believes(form["assertion"]!)
            ? FakeService.Json(http, 200, $$"""{"access_token":"{{Token}}","expires_in":3599,"token_type":"Bearer"}""")
            : FakeService.Json(http, 400, """{"error":"invalid_grant","error_description":"Invalid JWT Signature."}""");
    }

    async Task Ask(HttpContext http, FakeService fake, Func<HttpContext, JsonNode?, Task> answer)
    {
        var body = http.Request.ContentLength > 0 ? await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted) : null;
        // "owner" is what the emulator takes.
        if (http.Request.Headers.Authorization.ToString() is not ($"Bearer {Token}" or "Bearer owner")) await Error(http, 401, "UNAUTHENTICATED", "Request had invalid authentication credentials.");
        else
        {
            var met = fake.Take(http, _ => false);
            if (met is Trouble.RateLimit) await Error(http, 429, "RESOURCE_EXHAUSTED", "Quota exceeded.");
            else if (met is Trouble.ServerError) await Error(http, 503, "UNAVAILABLE", "The service is currently unavailable.");
            else if (met is Trouble.Cut) await CutOff(http, body, answer);
            else await answer(http, body);
        }
    }

    // What was asked for is done, and its answer breaks off in the middle.
    static async Task CutOff(HttpContext http, JsonNode? body, Func<HttpContext, JsonNode?, Task> answer)
    {
        var (wire, whole) = (http.Response.Body, new MemoryStream());
        http.Response.Body = whole;
        await answer(http, body);
        http.Response.Body = wire;
        await FakeService.Cut(http, whole.ToArray());
    }

    Task Query(HttpContext http, JsonNode? body)
    {
        var query = body!["structuredQuery"]!;
        var start = $"{Documents}/{query["from"]![0]!["collectionId"]}/";
        var filter = query["where"]!["fieldFilter"]!;
        var wanted = ((JsonArray)FirestoreValues.Read(filter["value"])!).Select(value => value!.ToString()).ToHashSet();
        var path = filter["field"]!["fieldPath"]!.ToString().Split('.');
        var after = query["startAt"]?["values"]?[0]?["referenceValue"]?.ToString();
        var selected = (query["select"]?["fields"] as JsonArray)?.Select(field => field!["fieldPath"]!.ToString().Split('.')).ToArray();
        var lines = new JsonArray();
        lock (gate)
        {
            foreach (var (name, kept) in documents.Where(pair => pair.Key.StartsWith(start, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                if (after is not null && string.CompareOrdinal(name, after) <= 0) continue;
                JsonNode? at = FirestoreValues.ReadFields(kept.Fields);
                foreach (var part in path) at = (at as JsonObject)?[part];
                if (at is not null && wanted.Contains(at.ToString()) && lines.Count < query["limit"]!.GetValue<int>())
                    lines.Add(new JsonObject { ["document"] = Written(name, selected is null ? kept : kept with { Fields = Selected(kept.Fields, selected) }), ["readTime"] = Now() });
            }
            if (lines.Count == 0) lines.Add(new JsonObject { ["readTime"] = Now() });
        }
        return FakeService.Json(http, 200, lines.ToJsonString());
    }

    Task Get(HttpContext http, JsonNode? body)
    {
        var name = NameIn(http);
        Kept? kept;
        lock (gate) kept = documents.GetValueOrDefault(name);
        return kept is null ? Error(http, 404, "NOT_FOUND", $"Document \"{name}\" not found.") : FakeService.Json(http, 200, Written(name, kept).ToJsonString());
    }

    Task Patch(HttpContext http, JsonNode? body)
    {
        var name = NameIn(http);
        string? wanted = http.Request.Query["currentDocument.updateTime"];
        lock (gate)
        {
            var before = documents.GetValueOrDefault(name);
            if (wanted is not null && before is null) return Error(http, 404, "NOT_FOUND", $"No document to update: {name}");
            if (wanted is not null && before!.UpdateTime != wanted)
                return Error(http, MismatchStatus, MismatchStatus == 409 ? "ABORTED" : "FAILED_PRECONDITION", "the stored version does not match the required base version");
            var fields = (JsonObject)(before?.Fields.DeepClone() ?? new JsonObject());
            foreach (var path in http.Request.Query["updateMask.fieldPaths"]) Copy((JsonObject)body!["fields"]!, fields, path!.Split('.'));
            documents[name] = new Kept(fields, Now());
            return FakeService.Json(http, 200, Written(name, documents[name]).ToJsonString());
        }
    }

    static JsonObject Selected(JsonObject fields, string[][] paths)
    {
        var chosen = new JsonObject();
        foreach (var path in paths)
        {
            JsonNode? at = fields;
            foreach (var part in path) at = (at as JsonObject)?[part] is JsonObject value ? value["mapValue"]?["fields"] ?? value : null;
            if (at is not null) Copy(fields, chosen, path);
        }
        return chosen;
    }

    static void Copy(JsonObject from, JsonObject to, string[] path)
    {
        foreach (var part in path[..^1])
        {
            from = (JsonObject)from[part]!["mapValue"]!["fields"]!;
            var map = (JsonObject)(to[part]?["mapValue"] ?? (to[part] = new JsonObject { ["mapValue"] = new JsonObject() })["mapValue"]!);
            to = (JsonObject)(map["fields"] ??= new JsonObject());
        }
        to[path[^1]] = from[path[^1]]?.DeepClone();
    }

    static string NameIn(HttpContext http) => $"{Documents}/{Uri.UnescapeDataString((string)http.Request.RouteValues["path"]!)}";

    static JsonObject Written(string name, Kept kept) => new() { ["name"] = name, ["fields"] = kept.Fields.DeepClone(), ["createTime"] = kept.UpdateTime, ["updateTime"] = kept.UpdateTime };

    // No two writes have the same time.
    string Now() => (time.GetUtcNow().UtcDateTime + TimeSpan.FromMicroseconds(++ticks)).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    static Task Error(HttpContext http, int code, string status, string message) =>
        FakeService.Json(http, code, new JsonObject { ["error"] = new JsonObject { ["code"] = code, ["message"] = message, ["status"] = status } }.ToJsonString());
}
