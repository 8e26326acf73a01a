using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Revela.Imaging.Header;
using Revela.Journeys.Window;
using Revela.Providers.Fakes;
using Revela.Tests.App;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The pages in <c>examples/web</c>, each speaking its recipe's contract alone, from another origin and in a real browser.</summary>
public sealed class ExamplePagesTests(Chromium chromium) : IClassFixture<Chromium>
{
    [SkippableFact]
    public async Task Every_team_does_with_its_page_what_it_did_before_and_runners_on_their_phones()
    {
        Skip.If(Chromium.Missing is not null, $"{Chromium.Missing} is not installed.");
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, CancellationToken.None);
        await using var site = await ExampleSite.Start();
        await using var server = await Server.Started(
            null, ("REVELA_ACCOUNTS_ORIGINS", site.Url.GetLeftPart(UriPartial.Authority)), ("REVELA_RACE_PHOTOS_PUBLIC", "true"),
            ("REVELA_GEMINI_ENDPOINT", fakes.Gemini.Address.ToString()), ("REVELA_GEMINI_KEY", FakeServices.Key));
        await using var watcher = await Watcher.Come(chromium, site.Url);
        var page = watcher.Page;
        var door = $"server={Uri.EscapeDataString(server.Url.GetLeftPart(UriPartial.Authority))}&key={Uri.EscapeDataString((await File.ReadAllTextAsync(Path.Combine(server.Data, "admin.key"))).Trim())}";

        await watcher.Open($"/gallery.html?{door}");
        await RemoveBackground(watcher);
        await watcher.Open("/analyze.html");
        await Choose(page, "input[name=file]", ("a.png", Drawn.New()), ("b.png", Drawn.New()));
        await watcher.Press("Analyze");
        await Expect(page.Locator(".state[data-is=good]")).ToHaveCountAsync(2);
        await Loaded(page, 2);
        await watcher.Open("/showcase.html");
        await Show(watcher);
        await watcher.Open("/photographer.html");
        await Choose(page, "input[name=photos]", ("1.png", BibPhotos.Of("145")), ("2.png", BibPhotos.Of("2078")));
        await watcher.Press("Upload");
        await Expect(page.Locator("#photos strong")).ToHaveTextAsync(["2078", "145"]);
        await watcher.Sees("2 completed");

        await ProcessArticles(watcher, server);
        // Runners come without anything but a browser.
        await using var runner = await Watcher.Come(chromium, site.Url, phone: true);
        await runner.Open($"/runners.html?server={Uri.EscapeDataString(server.Url.GetLeftPart(UriPartial.Authority))}");
        await runner.Page.GetByLabel("Your number").FillAsync("145");
        await runner.Press("Find");
        await runner.Sees("1 of 145");
        await Loaded(runner.Page, 1);
    }

    static async Task RemoveBackground(Watcher watcher)
    {
        var page = watcher.Page;
        await Choose(page, "input[name=image]", ("gato.png", Drawn.Disc()));
        await page.GetByLabel("Título").FillAsync("Gato");
        await watcher.Press("Subir");
        await Expect(page.Locator("#images li")).ToHaveCountAsync(1);
        await watcher.Press("Quitar fondo");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Quitar fondo" }).ClickAsync();
        await watcher.Sees("Fondo removido");
        await watcher.Sees("Gato (sin fondo)");
        await Loaded(page, 2);
    }

    static async Task Show(Watcher watcher)
    {
        var page = watcher.Page;
        await page.GetByLabel("Id").FillAsync("hero-1");
        await page.GetByLabel("Name").FillAsync("Ada");
        await Choose(page, "input[name=image]", ("hero.png", Drawn.Disc()));
        await watcher.Press("Save and process");
        await Expect(page.Locator(".state[data-is=good]")).ToHaveTextAsync("complete");
        await Loaded(page, 1);
    }

    static async Task ProcessArticles(Watcher watcher, Server server)
    {
        await server.Door.Post("/api/v1/users", new JsonObject { ["email"] = "ana@example.com", ["password"] = "long enough and not it", ["role"] = "submitter" });
        await server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["min_gap_seconds"] = 0 });
        foreach (var (name, category) in new[] { ("Taza", "1"), ("Plato", "1"), ("Jarra", "2") })
        {
            using var form = new MultipartFormDataContent { { new StringContent(name), "nombre" }, { new StringContent(category), "categoria_id" }, { new ByteArrayContent(Drawn.New()), "imagen", "a.png" } };
            (await server.Door.Http.PostAsync("/api/articulos", form)).EnsureSuccessStatusCode();
        }
        var page = watcher.Page;
        await watcher.Open("/catalog.html");
        await page.GetByLabel("Email").FillAsync("ana@example.com");
        await page.GetByLabel("Contraseña").FillAsync("long enough and not it");
        await watcher.Press("Entrar");
        // It can be pressed again once the articles are those of who signed in.
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Entrar" })).ToBeEnabledAsync();
        await page.GetByLabel("Categoría").SelectOptionAsync("1");
        await Expect(page.Locator("#articles li")).ToHaveCountAsync(2);
        await watcher.Press("Elegir todos");
        await watcher.Press("Procesar seleccionados (2)");
        await watcher.Sees("2 artículo(s) agregado(s)");
        await watcher.Sees("2 completados");
        (await page.Locator("#articles .state").AllInnerTextsAsync()).ShouldAllBe(state => state.Length > 0);
    }

    static Task Choose(IPage page, string field, params (string Name, byte[] Bytes)[] files) => page.Locator(field).SetInputFilesAsync(
        files.Select(file => new FilePayload { Name = file.Name, MimeType = "image/png", Buffer = file.Bytes }));

    // Every picture that is shown has come, although it is the other origin's.
    static Task Loaded(IPage page, int count) => page.WaitForFunctionAsync(
        "count => { const all = [...document.images]; return all.length === count && all.every(image => image.complete && image.naturalWidth > 0); }", count);
}
