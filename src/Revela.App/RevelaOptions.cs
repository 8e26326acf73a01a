using System.Text.Json.Serialization;
using Revela.App.Accounts;
using Revela.App.Api.Upkeep;
using Revela.App.Folders;
using Revela.App.Links;
using Revela.App.Mail;
using Revela.App.Metrics;
using Revela.App.Recipes.Analyze;
using Revela.App.Recipes.Catalog;
using Revela.App.Recipes.Cutout;
using Revela.App.Recipes.RacePhotos;
using Revela.App.Recipes.Rembg;
using Revela.App.Recipes.Showcase;
using Revela.App.Uploads;
using Revela.App.Webhooks;
using Revela.Core.Assets;
using Revela.Core.Flow;
using Revela.Imaging.Isolation;
using Revela.Imaging.Models;
using Revela.Providers;
using Revela.Providers.ClipDrop;
using Revela.Providers.Cloudinary;
using Revela.Providers.Fakes;
using Revela.Providers.Firestore;
using Revela.Providers.Gemini;
using Revela.Providers.Rembg;
using Revela.Providers.S3;
using Revela.Storage;
using Revela.Storage.Broker;
using Revela.Storage.Objects.S3;

namespace Revela.App;

/// <summary>Every setting of a Revela process, read once at start (<see cref="OptionsReader"/>) and never changed.</summary>
public sealed record RevelaOptions
{
    /// <summary>Folder of the store and the objects, unless they are kept elsewhere, and of what belongs to this machine: settings, pipelines, the first key, the server's address.</summary>
    public string Data { get; init; } = "data";

    /// <summary>Addresses to listen on, with semicolons between them; port 0 takes a free one.</summary>
    public string Urls { get; init; } = "http://127.0.0.1:7070";

    /// <summary>PEM certificate (chain) for https addresses, read from a file.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>PEM key of the certificate; null when it stands in the certificate's file.</summary>
    public string? CertificateKeyFile { get; init; }

    /// <summary>Longest time that <c>Prefer: wait</c> holds a request.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where rows are kept when not in the data folder.</summary>
    public StoreOptions Store { get; init; } = new();

    /// <summary>Where objects are kept when not in the data folder.</summary>
    public S3Options S3 { get; init; } = new();

    /// <summary>Rings the doorbells and tells other applications, where there is one.</summary>
    public BrokerOptions Broker { get; init; } = new();
    public WorkerOptions Worker { get; init; } = new();
    public ImageLimits Limits { get; init; } = new();
    public UploadOptions Uploads { get; init; } = new();
    public UrlSourceOptions UrlSources { get; init; } = new();
    public WebhookOptions Webhooks { get; init; } = new();
    public WatchOptions Watch { get; init; } = new();
    public SmtpOptions Smtp { get; init; } = new();
    public SignedLinkOptions Links { get; init; } = new();
    public AccountOptions Accounts { get; init; } = new();
    public RetentionOptions Retention { get; init; } = new();
    public MetricsOptions Metrics { get; init; } = new();
    public AnalyzeOptions Analyze { get; init; } = new();
    public CutoutOptions Cutout { get; init; } = new();
    public RembgServerOptions RembgServer { get; init; } = new();
    public CatalogOptions Catalog { get; init; } = new();
    public RacePhotosOptions RacePhotos { get; init; } = new();
    public ShowcaseOptions Showcase { get; init; } = new();
    public ChildPoolOptions Children { get; init; } = new();
    public OnnxOptions Onnx { get; init; } = new();
    public CallOptions Calls { get; init; } = new();
    public BucketOptions Bucket { get; init; } = new();
    public ClipDropOptions Clipdrop { get; init; } = new();
    public CloudinaryOptions Cloudinary { get; init; } = new();
    public FirestoreOptions Firestore { get; init; } = new();
    public GeminiOptions Gemini { get; init; } = new();
    public RembgOptions Rembg { get; init; } = new();

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        var mistakes = new List<string>();
        if (string.IsNullOrWhiteSpace(Data)) mistakes.Add("data must name a folder.");
        foreach (var url in UrlList)
            if (!IsListenAddress(url)) mistakes.Add($"urls: '{url}' is not an address like http://127.0.0.1:7070 or https://*:8443.");
        if (UrlList.Count == 0) mistakes.Add("urls must name at least one address.");
        if (UsesHttps && CertificateFile is null) mistakes.Add("certificate_file is needed for an https address.");
        foreach (var file in new[] { CertificateFile, CertificateKeyFile })
            if (file is not null && !File.Exists(file)) mistakes.Add($"The certificate file '{file}' does not exist.");
        if (MaxWait < TimeSpan.Zero || MaxWait > TimeSpan.FromMinutes(10)) mistakes.Add("max_wait must be between 0 and 10 minutes.");
        if (Limits.MaxBytes <= 0 || Limits.MaxPixels <= 0 || Limits.MaxFrames <= 0 || Limits.MaxFramePixels <= 0 || Limits.MaxOutputPixels <= 0 || Limits.MaxOutputBytes <= 0)
            mistakes.Add("Every number in limits must be above 0.");
        mistakes.AddRange(Worker.Mistakes());
        mistakes.AddRange(Store.Mistakes());
        mistakes.AddRange(S3.Mistakes());
        mistakes.AddRange(Broker.Mistakes());
        mistakes.AddRange(Uploads.Mistakes());
        mistakes.AddRange(UrlSources.Mistakes());
        mistakes.AddRange(Webhooks.Mistakes());
        mistakes.AddRange(Watch.Mistakes());
        mistakes.AddRange(Smtp.Mistakes());
        mistakes.AddRange(Links.Mistakes());
        mistakes.AddRange(Accounts.Mistakes());
        mistakes.AddRange(Retention.Mistakes());
        mistakes.AddRange(Metrics.Mistakes());
        mistakes.AddRange(Analyze.Mistakes());
        mistakes.AddRange(RembgServer.Mistakes());
        mistakes.AddRange(Showcase.Mistakes());
        Children.Validate(mistakes);
        mistakes.AddRange(Onnx.Mistakes());
        mistakes.AddRange([.. Bucket.Mistakes(), .. Clipdrop.Mistakes(), .. Cloudinary.Mistakes(), .. Firestore.Mistakes(), .. Gemini.Mistakes(), .. Rembg.Mistakes()]);
        if (Showcase.Enabled && Firestore is { IsOn: true, Emulator: null } && Links.PublicUrl is null)
            mistakes.Add("links.public_url must say where this server is found: addresses of showcase pictures are written into Firestore.");
        return mistakes;
    }

    /// <summary>The settings of the outside services, side by side.</summary>
    public ProviderOptions Providers => new(Bucket, Clipdrop, Cloudinary, Gemini, Rembg);

    /// <summary>The same, with every outside service played by its fake.</summary>
    public RevelaOptions SentTo(FakeServices fakes)
    {
        var (bucket, clipdrop, cloudinary, gemini, rembg) = Providers.SentTo(fakes);
        var firestore = Firestore with { Emulator = fakes.Firestore.Address.Authority, Project = FirestoreFake.Project, ServiceAccount = null, ServiceAccountFile = null };
        return this with { Bucket = bucket, Clipdrop = clipdrop, Cloudinary = cloudinary, Firestore = firestore, Gemini = gemini, Rembg = rembg };
    }

    [JsonIgnore]
    public IReadOnlyList<string> UrlList => Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    bool UsesHttps => UrlList.Any(u => u.StartsWith("https:", StringComparison.OrdinalIgnoreCase));

    internal static bool IsListenAddress(string url)
    {
        var comparable = url.Replace("://*", "://any", StringComparison.Ordinal).Replace("://+", "://any", StringComparison.Ordinal);
        return Uri.TryCreate(comparable, UriKind.Absolute, out var parsed) && parsed.Scheme is "http" or "https" && parsed.AbsolutePath == "/";
    }
}
