using Revela.App.Accounts;

namespace Revela.App.Links;

/// <summary>Spells the links that answers carry: plain ones need a key, signed ones load by themselves until they expire.</summary>
public sealed class Linker(LinkSigner signer, string origin, string tenant)
{
    public const string Root = "/api/v1";

    public static Linker For(HttpContext http)
    {
        var options = http.RequestServices.GetRequiredService<RevelaOptions>().Links;
        var origin = options.PublicUrl?.TrimEnd('/') ?? $"{http.Request.Scheme}://{http.Request.Host}";
        return new Linker(http.RequestServices.GetRequiredService<LinkSigner>(), origin, http.Tenant());
    }

    public string Job(Guid id) => Plain($"/jobs/{id:D}");
    public string Cancel(Guid id) => Plain($"/jobs/{id:D}/cancel");
    public string Retry(Guid id) => Plain($"/jobs/{id:D}/retry");
    public string Result(Guid id) => Signed($"/jobs/{id:D}/result");
    public string JobEvents(Guid id) => Signed($"/jobs/{id:D}/events");
    public string Asset(Guid id) => Plain($"/assets/{id:D}");
    public string Content(Guid id) => Signed($"/assets/{id:D}/content");
    public string ResumableUpload(Guid id) => Plain($"/uploads/{id:D}");
    public string FinishUpload(Guid id) => Plain($"/assets/uploads/{id:D}/finish");
    public string Upload(Guid id, long bytes, TimeSpan validFor) => origin + signer.SignUpload($"{Root}/assets/uploads/{id:D}", tenant, bytes, validFor);
    public string Batch(Guid id) => Plain($"/batches/{id:D}");
    public string BatchJobs(Guid id) => Plain($"/jobs?batch_id={id:D}");
    public string BatchDownload(Guid id) => Signed($"/batches/{id:D}/download");
    public string BatchManifest(Guid id) => Signed($"/batches/{id:D}/manifest");
    public string Events() => Signed("/events");

    /// <summary>A path of this server, whole.</summary>
    public string At(string path) => origin + path;

    /// <summary>A path of this server, whole, that loads by itself until the link expires.</summary>
    /// <param name="validFor">At least; null for what the settings say.</param>
    public string SignedAt(string path, TimeSpan? validFor = null) => origin + signer.Sign(path, tenant, validFor);

    string Plain(string path) => origin + Root + path;

    string Signed(string path) => origin + signer.Sign(Root + path, tenant);
}
