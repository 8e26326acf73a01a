namespace Revela.App.Dashboard.Static;

/// <summary>GET /static/{version}/{name}.</summary>
public static class SendStatic
{
    public static IResult Handle(string version, string name, HttpContext http, StaticFiles files)
    {
        var file = files.Find(name) ?? throw Api.Refusals.NotFound("file");
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        // A page of an older or newer server beside this one asks under another version: it gets what there is, for now.
        headers.CacheControl = version == files.Version ? "public, max-age=31536000, immutable" : "no-store";
        return TypedResults.Bytes(file.Bytes, file.ContentType);
    }
}
