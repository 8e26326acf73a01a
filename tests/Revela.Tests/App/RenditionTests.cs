using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Revela.Imaging.Header;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App;

/// <summary>Links that make a rendition when they are first loaded, as image proxies have them.</summary>
[Collection(nameof(SharedServer))]
public sealed class RenditionTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;

    [Fact]
    public async Task A_link_makes_its_rendition_once_and_loads_without_a_key()
    {
        var asset = await Upload(live.Client);
        var link = await Link(asset, "resize:width=12;convert:format=webp");
        var first = await Load(link);
        using var bytes = new MemoryStream(first);
        var header = new HeaderReader().Read(bytes);
        (header.ContentType, header.Width).ShouldBe(("image/webp", 12));
        (await Load(link)).ShouldBe(first);
        (await live.Get($"/api/v1/jobs?asset_id={asset}"))["jobs"]!.AsArray().Count.ShouldBe(1);
        new MemoryStream(await Load(await Link(asset, "thumbnail"))).Length.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Those_who_ask_at_once_get_the_same_picture()
    {
        var link = await Link(await Upload(live.Client), "grayscale");
        var loaded = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Load(link)));
        loaded.ShouldAllBe(one => one.SequenceEqual(loaded[0]));
    }

    [Fact]
    public async Task An_application_with_the_key_writes_links_by_itself_and_another_tenants_key_opens_nothing()
    {
        var asset = await Upload(live.Client);
        (await Load(Signed((await live.Get("/api/v1/renditions/key"))["key"]!.ToString(), "grayscale", asset))).ShouldNotBeEmpty();
        using var other = live.With((await live.NewKey(Scopes.Admin, "other")).Plain);
        var theirs = (await other.GetAsync("/api/v1/renditions/key").ShouldBe(200))["key"]!.ToString();
        await live.Stranger.GetAsync(Signed(theirs, "grayscale", asset)).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await live.Stranger.GetAsync(Signed(theirs, "grayscale", asset) + "?tenant=other").ShouldBeProblem(404, ErrorCodes.NotFound);
        await live.Stranger.GetAsync(Signed(theirs, "grayscale", asset).Replace("grayscale", "thumbnail", StringComparison.Ordinal) + "?tenant=other").ShouldBeProblem(401, ErrorCodes.Unauthorized);
    }

    [Fact]
    public async Task What_cannot_be_made_says_why()
    {
        var asset = await Upload(live.Client);
        await live.Client.GetAsync($"/api/v1/assets/{asset}/rendition?options=eat").ShouldBeProblem(422, ErrorCodes.UnknownPipeline);
        await live.Client.GetAsync($"/api/v1/assets/{asset}/rendition?options=resize:width=-1").ShouldBeProblem(422, ErrorCodes.InvalidOptions);
        await live.Client.GetAsync($"/api/v1/assets/{asset}/rendition").ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await live.Client.GetAsync($"/api/v1/assets/{Guid.NewGuid()}/rendition?options=web").ShouldBeProblem(404, ErrorCodes.NotFound);
    }

    static string Signed(string key, string options, string asset)
    {
        var mac = HMACSHA256.HashData(Base64Url.DecodeFromChars(key), Encoding.UTF8.GetBytes($"{options}/{asset}"));
        return $"/i/{Base64Url.EncodeToString(mac)}/{options}/{asset}";
    }

    static async Task<string> Upload(HttpClient client) =>
        (await client.PostAsync("/api/v1/assets", new MultipartFormDataContent().File(Pictures.New())).ShouldBe(201))["id"]!.ToString();

    async Task<string> Link(string asset, string options) =>
        (await live.Client.GetAsync($"/api/v1/assets/{asset}/rendition?options={Uri.EscapeDataString(options)}").ShouldBe(200))["url"]!.ToString();

    async Task<byte[]> Load(string link)
    {
        using var answer = await live.Stranger.GetAsync(link);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
