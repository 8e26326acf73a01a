using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Accounts;

namespace Revela.App.Api.Keys;

/// <summary>POST /api/v1/keys: a key for a program.</summary>
public static class AddKey
{
    const int MaxName = 100;

    [EndpointSummary("Make a key")]
    [EndpointDescription("Its text is in this answer and nowhere else.")]
    [Takes(typeof(KeyBody), "application/json", """{"name": "nightly import", "scopes": ["read", "submit"]}""")]
    [ProducesResponseType<KeyView>(201)]
    [Refuses(400, 413, 415)]
    public static async Task<IResult> Handle(HttpContext http, KeyRing keys, AuditLog audit, UploadOptions limits, CancellationToken cancel)
    {
        var fields = new FieldReader(await UploadReader.ReadJson(http.Request, limits.MaxFieldBytes, cancel), isForm: false);
        fields.RefuseOthers(["name", "scopes"]);
        var (name, names) = (fields.Text("name", MaxName), fields.Texts("scopes", 20, ScopeNames.All.Count));
        var scopes = names.Count == 0 ? Scopes.Read | Scopes.Submit : ScopeNames.Parse(names);
        if (string.IsNullOrWhiteSpace(name)) fields.Mistakes.Add("'name' is missing");
        if (scopes is null) fields.Mistakes.Add($"'scopes' may hold {string.Join(", ", ScopeNames.All)}");
        fields.Refuse();
        var (key, plain) = await keys.Add(name!, scopes!.Value, http.Tenant(), announce: null, cancel);
        await audit.Note(http, "key.add", key.Id.ToString("D"));
        http.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(KeyView.Of(key, plain), RevelaJson.Options, statusCode: 201);
    }
}
