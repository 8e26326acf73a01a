using Revela.Providers.ClipDrop;
using Revela.Providers.Cloudinary;
using Revela.Providers.Fakes;
using Revela.Providers.Gemini;
using Revela.Providers.Rembg;
using Revela.Providers.S3;

namespace Revela.Providers;

/// <summary>The settings of every service, side by side.</summary>
public sealed record ProviderOptions(BucketOptions Bucket, ClipDropOptions Clipdrop, CloudinaryOptions Cloudinary, GeminiOptions Gemini, RembgOptions Rembg)
{
    /// <summary>The same, sent to fakes; no bucket is played, so that none is set up.</summary>
    public ProviderOptions SentTo(FakeServices fakes) => new(
        new BucketOptions(),
        Clipdrop with { Endpoint = fakes.ClipDrop.Address.ToString(), Key = FakeServices.Key, KeyFile = null },
        Cloudinary with { Endpoint = fakes.Cloudinary.Address.ToString(), Cloud = CloudinaryFake.Cloud, Key = FakeServices.Key, Secret = FakeServices.Key, SecretFile = null },
        Gemini with { Endpoint = fakes.Gemini.Address.ToString(), Key = FakeServices.Key, KeyFile = null },
        Rembg with { Endpoint = fakes.Rembg.Address.ToString() });
}
