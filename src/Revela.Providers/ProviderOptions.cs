using Revela.Providers.ClipDrop;
using Revela.Providers.Fakes;
using Revela.Providers.Gemini;
using Revela.Providers.Rembg;

namespace Revela.Providers;

/// <summary>The settings of every service, side by side.</summary>
public sealed record ProviderOptions(ClipDropOptions Clipdrop, GeminiOptions Gemini, RembgOptions Rembg)
{
    /// <summary>The same, sent to fakes.</summary>
    public ProviderOptions SentTo(FakeServices fakes) => new(
        Clipdrop with { Endpoint = fakes.ClipDrop.Address.ToString(), Key = FakeServices.Key, KeyFile = null },
        Gemini with { Endpoint = fakes.Gemini.Address.ToString(), Key = FakeServices.Key, KeyFile = null },
        Rembg with { Endpoint = fakes.Rembg.Address.ToString() });
}
