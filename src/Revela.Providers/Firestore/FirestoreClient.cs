using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.Providers.Firestore;

/// <summary>A document as it was read.</summary>
/// <param name="Name">Whole: <c>projects/p/databases/(default)/documents/characters/12</c>.</param>
/// <param name="UpdateTime">As Firestore spells it; whoever writes may insist on it.</param>
public sealed record FirestoreDocument(string Name, JsonObject Fields, string UpdateTime)
{
    public string Id => Name[(Name.LastIndexOf('/') + 1)..];
}

/// <summary>Which documents are looked for: those in which a field is one of some values, in the order of their names.</summary>
/// <param name="Field">With dots into maps: <c>visuals.status</c>.</param>
/// <param name="Values">1 to 30.</param>
public sealed record FirestoreQuery(string Collection, string Field, IReadOnlyList<string> Values)
{
    /// <summary>What is read of each document; nothing for all of it.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Whole name of the document that the answer begins behind.</summary>
    public string? After { get; init; }
    public int Limit { get; init; } = 100;
}

/// <summary>Firestore over REST: documents by query, and fields written back, on the condition that nobody else wrote since.</summary>
public sealed class FirestoreClient(IHttpClientFactory clients, FirestoreOptions options, TimeProvider time)
{
    public const string Name = "firestore";
    const string Scope = "https://www.googleapis.com/auth/datastore";
    const int MaxIn = 30;

    readonly GoogleToken token = new(clients, options, Scope, time);

    /// <summary>Null when it can sign in, or need not.</summary>
    public string? Missing => options.Emulator is not null || options.ReadAccount() is not null
        ? null
        : "firestore is not set up here: put a service account's key file into firestore.service_account (REVELA_FIRESTORE_SERVICE_ACCOUNT), or name it in firestore.service_account_file.";

    /// <exception cref="OutageException">It cannot be reached or fails.</exception>
    /// <exception cref="RevelaException"><c>misconfigured</c>.</exception>
    public async Task<IReadOnlyList<FirestoreDocument>> Find(FirestoreQuery query, CancellationToken cancel)
    {
        if (query.Values.Count is 0 or > MaxIn) throw new ArgumentException($"A query asks for 1 to {MaxIn} values.", nameof(query));
        var (_, reply) = await Send(HttpMethod.Post, $"{Root}:runQuery", new JsonObject { ["structuredQuery"] = Structured(query) }, cancel);
        // A query that finds nothing is answered by one line with the time alone.
        return [.. (reply as JsonArray ?? []).Select(line => line?["document"]).OfType<JsonObject>().Select(Read)];
    }

    /// <summary>Null when there is no such document.</summary>
    /// <inheritdoc cref="Find" path="/exception"/>
    public async Task<FirestoreDocument?> Get(string collection, string id, CancellationToken cancel)
    {
        var (status, reply) = await Send(HttpMethod.Get, $"{Root}/{collection}/{Uri.EscapeDataString(id)}", null, cancel);
        return status == HttpStatusCode.NotFound ? null : Read((JsonObject)reply!);
    }

    /// <summary>Writes fields of a document and leaves the others, on the condition that it is as it was read. Null when somebody else wrote since, or it is gone.</summary>
    /// <param name="changes">By path with dots.</param>
    /// <inheritdoc cref="Find" path="/exception"/>
    public async Task<FirestoreDocument?> Write(FirestoreDocument document, IReadOnlyDictionary<string, JsonNode?> changes, CancellationToken cancel)
    {
        var mask = string.Join('&', changes.Keys.Select(path => $"updateMask.fieldPaths={Uri.EscapeDataString(path)}"));
        var body = new JsonObject { ["fields"] = FirestoreValues.WriteFields(Nested(changes)) };
        // Whoever adds documents chooses their ids.
        var name = string.Join('/', document.Name.Split('/').Select(Uri.EscapeDataString));
        var address = $"{Base}/v1/{name}?{mask}&currentDocument.updateTime={Uri.EscapeDataString(document.UpdateTime)}";
        var (status, reply) = await Send(HttpMethod.Patch, address, body, cancel);
        return status == HttpStatusCode.OK ? Read((JsonObject)reply!) : null;
    }

    /// <summary>Signs in and asks for a document that is not there. One sentence: what answered.</summary>
    /// <exception cref="InvalidOperationException">It does not work, and why.</exception>
    public async Task<string> Check(CancellationToken cancel)
    {
        if (Missing is { } missing) throw new InvalidOperationException(missing);
        await Get("revela", "doctor", cancel);
        return $"documents of the project {Project} can be read";
    }

    static JsonObject Structured(FirestoreQuery query)
    {
        var structured = new JsonObject
        {
            ["from"] = new JsonArray(new JsonObject { ["collectionId"] = query.Collection }),
            ["where"] = new JsonObject
            {
                ["fieldFilter"] = new JsonObject
                {
                    ["field"] = FieldPath(query.Field),
                    ["op"] = "IN",
                    ["value"] = FirestoreValues.Write(new JsonArray([.. query.Values.Select(value => JsonValue.Create(value))])),
                },
            },
            ["orderBy"] = new JsonArray(new JsonObject { ["field"] = FieldPath("__name__"), ["direction"] = "ASCENDING" }),
            ["limit"] = query.Limit,
        };
        if (query.Fields.Count > 0) structured["select"] = new JsonObject { ["fields"] = new JsonArray([.. query.Fields.Select(FieldPath)]) };
        if (query.After is { } name)
            structured["startAt"] = new JsonObject { ["values"] = new JsonArray(new JsonObject { ["referenceValue"] = name }), ["before"] = false };
        return structured;
    }

    static JsonObject FieldPath(string field) => new() { ["fieldPath"] = field };

    string? Project => options.Project ?? options.ReadAccount()?.ProjectId;

    string Base => options.Emulator is { } emulator ? $"http://{emulator}" : options.Endpoint.TrimEnd('/');

    string Root => $"{Base}/v1/projects/{Project}/databases/(default)/documents";

    // 200, 404, and a condition that did not hold are answers; all else is thrown.
    async Task<(HttpStatusCode Status, JsonNode? Reply)> Send(HttpMethod method, string address, JsonObject? body, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.Get(cancel));
        if (body is not null) request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        var (status, reply) = await GoogleCalls.Send(clients, request, options.Timeout, time, cancel);
        if (status == HttpStatusCode.OK || status == HttpStatusCode.NotFound || IsConflict(status, reply)) return (status, reply);
        throw GoogleCalls.Refused(status, reply, "firestore.service_account");
    }

    static bool IsConflict(HttpStatusCode status, JsonNode? reply) =>
        status is HttpStatusCode.Conflict or HttpStatusCode.PreconditionFailed || (status == HttpStatusCode.BadRequest && GoogleCalls.StatusOf(reply) == "FAILED_PRECONDITION");

    static FirestoreDocument Read(JsonObject document) =>
        new(document["name"]!.GetValue<string>(), FirestoreValues.ReadFields(document["fields"] as JsonObject), document["updateTime"]!.GetValue<string>());

    static JsonObject Nested(IReadOnlyDictionary<string, JsonNode?> changes)
    {
        var root = new JsonObject();
        foreach (var (path, value) in changes)
        {
            var parts = path.Split('.');
            var at = root;
            foreach (var part in parts[..^1]) at = (JsonObject)(at[part] ??= new JsonObject());
            at[parts[^1]] = value?.DeepClone();
        }
        return root;
    }
}
