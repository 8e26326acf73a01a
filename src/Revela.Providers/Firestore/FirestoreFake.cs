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
        else if (fake.Take(http, _ => false) is Trouble.ServerError) await Error(http, 503, "UNAVAILABLE", "The service is currently unavailable.");
        else await answer(http, body);
    }

    Task Query(HttpContext http, JsonNode? body)
    {
        var query = body!["structuredQuery"]!;
        var start = $"{Documents}/{query["from"]![0]!["collectionId"]}/";
        var filter = query["where"]!["fieldFilter"]!;
        var wanted = ((JsonArray)FirestoreValues.Read(filter["value"])!).Select(value => value!.ToString()).ToHashSet();
        var path = filter["field"]!["fieldPath"]!.ToString().Split('.');
        var lines = new JsonArray();
        lock (gate)
        {
            foreach (var (name, kept) in documents.Where(pair => pair.Key.StartsWith(start, StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                JsonNode? at = FirestoreValues.ReadFields(kept.Fields);
                foreach (var part in path) at = (at as JsonObject)?[part];
                if (at is not null && wanted.Contains(at.ToString()) && lines.Count < query["limit"]!.GetValue<int>())
                    lines.Add(new JsonObject { ["document"] = Written(name, kept), ["readTime"] = Now() });
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
            if (wanted is not null && before!.UpdateTime != wanted) return Error(http, 400, "FAILED_PRECONDITION", "the stored version does not match the required base version");
            var fields = (JsonObject)(before?.Fields.DeepClone() ?? new JsonObject());
            foreach (var path in http.Request.Query["updateMask.fieldPaths"]) Copy((JsonObject)body!["fields"]!, fields, path!.Split('.'));
            documents[name] = new Kept(fields, Now());
            return FakeService.Json(http, 200, Written(name, documents[name]).ToJsonString());
        }
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
