using System.Text.Json.Nodes;
using Microsoft.Playwright;
using Revela.Journeys.Window;
using Revela.Tests.App;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;
using Drawn = Revela.Tests.App.Pictures;

namespace Revela.Journeys;

/// <summary>The recipes' own pages of the dashboard, as people use them all day, on whatever keeps rows and bytes (law 10); on a desk over one store and on a phone over the other.</summary>
public abstract class RecipePagesTests(Room room, Chromium chromium)
{
    Server Server => room.Server;

    [SkippableFact]
    public async Task A_table_is_imported_a_category_processed_at_a_told_price_and_the_pictures_looked_at()
    {
        await Server.Door.Patch("/api/v1/queues/catalog", new JsonObject { ["min_gap_seconds"] = 0 });
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        var page = watcher.Page;
        await Import(watcher);

        await page.GetByLabel("Category").SelectOptionAsync("1");
        await watcher.Press("Find");
        await watcher.IsAt("/catalogue.*category=1.*");
        await page.GetByLabel("Choose all 2").CheckAsync();
        await Expect(page.Locator("[data-count]")).ToHaveTextAsync("2 chosen");
        await Expect(page.Locator("[data-price]")).ToContainTextAsync("$");
        await watcher.Press("Process");
        await watcher.Sees("Queued: 2.");
        await Expect(page.Locator(".article .state.fresh")).ToHaveCountAsync(2);

        await watcher.Open("/catalogue/review");
        await Expect(page.Locator(".decide h2")).ToContainTextAsync("Taza");
        var edge = page.GetByLabel("Edge between before and after");
        await edge.FocusAsync();
        await page.Keyboard.PressAsync("ArrowLeft");
        await Expect(edge).ToHaveValueAsync("49");
        await page.Keyboard.PressAsync("Escape");
        await page.Keyboard.PressAsync("a");
        await Expect(page.Locator(".decide h2")).ToContainTextAsync("Plato");
        await watcher.IsAt("/catalogue/review.after=1");
        await watcher.Press("Back to the photo");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Back to the photo" }).ClickAsync();
        await watcher.Sees("All pictures were looked at");
        await watcher.Open("/catalogue");
        await Expect(page.Locator(".article .state")).ToHaveTextAsync(["Kept", "Own photo again", "No photo"]);
    }

    static async Task Import(Watcher watcher)
    {
        var page = watcher.Page;
        await watcher.Open("/catalogue");
        await watcher.Sees("There are no articles yet");
        var table = "nombre;categoria_id;unidad;imagen\nTaza;1;pieza;IMG_1.png\nPlato;1;pieza;\nJarra;2;pieza;\n";
        await page.GetByLabel("Table", new() { Exact = true }).SetInputFilesAsync(new FilePayload { Name = "articulos.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(table) });
        await page.GetByLabel("Or single photos").SetInputFilesAsync(
            new[] { "IMG_1.png", "Plato.png" }.Select(name => new FilePayload { Name = name, MimeType = "image/png", Buffer = Drawn.New() }));
        await watcher.Press("Import");
        await Expect(page.Locator(".article")).ToHaveCountAsync(3);
    }

    [SkippableFact]
    public async Task Doubtful_numbers_are_decided_by_keyboard_or_by_hand_and_photos_found_by_them()
    {
        await using var watcher = await Watcher.SignIn(chromium, Server, phone: room.IsPhone);
        var page = watcher.Page;
        // None of them is on the roster, so that none is asserted.
        await BringPhotos(watcher, "bib,name\n145,Ana Ruiz\n", "2078", "3141", "5926");
        await Server.Until(door => door.Get("/queue/stats"), stats => stats.Number("completed") == 3, "that all photos were read");
        await watcher.Open("/race/review");

        await watcher.Sees("Is this 5926?");
        await Press("a", "It is");
        await watcher.Sees("Is this 3141?");
        if (room.IsPhone) await page.GetByLabel("The number is").FillAsync("145");
        else
        {
            await page.Keyboard.PressAsync("c");
            await page.Keyboard.TypeAsync("145");
        }
        await page.Keyboard.PressAsync("Enter");
        await watcher.Sees("Is this 2078?");
        await Press("x", "No number");
        await watcher.Sees("Nothing is in doubt");
        await Press("u", "Undo 2078");
        await watcher.Sees("Is this 2078?");

        await watcher.Open("/race?find=ana");
        await Expect(page.Locator(".print")).ToHaveCountAsync(1);
        await Expect(page.Locator(".print .bib")).ToHaveTextAsync("145");
        await page.Locator(".print a").ClickAsync();
        await watcher.Sees("decided by a person; read as 3141");

        Task Press(string key, string button) => room.IsPhone
            ? page.GetByRole(AriaRole.Button, new() { Name = button }).First.ClickAsync()
            : page.Keyboard.PressAsync(key);
    }

    static async Task BringPhotos(Watcher watcher, string roster, params string[] bibs)
    {
        await watcher.Open("/race");
        await watcher.Sees("No photos of a race yet");
        await watcher.Page.GetByLabel("List of runners").SetInputFilesAsync(new FilePayload { Name = "runners.csv", MimeType = "text/csv", Buffer = System.Text.Encoding.UTF8.GetBytes(roster) });
        await watcher.Page.GetByLabel("Or single photos").SetInputFilesAsync(bibs.Select(bib => new FilePayload { Name = $"{bib}.png", MimeType = "image/png", Buffer = BibPhotos.Of(bib) }));
        await watcher.Press("Upload");
        await Expect(watcher.Page.Locator(".print")).ToHaveCountAsync(bibs.Length);
    }

    [SkippableFact]
    public async Task A_background_is_removed_from_a_picture_and_from_chosen_ones_and_whoever_asked_is_told()
    {
        var id = await Keep(Server.Door);
        await using var watcher = await Watcher.SignInAsNew(chromium, Server, room.IsPhone);
        await watcher.Open($"/gallery/{id}");
        await watcher.IsTheSamePage();
        await watcher.Press("Remove background");
        await watcher.Page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Remove background" }).ClickAsync();
        await Expect(watcher.Page.Locator(".cutout .state.completed")).ToBeVisibleAsync();
        await Expect(watcher.Page.Locator("#bell .count")).ToHaveTextAsync("1");
        (await watcher.IsTheSamePage()).ShouldBeTrue();
        await watcher.Page.GetByText("See the image").ClickAsync();
        await Expect(watcher.Page.Locator(".stage .layer.before")).ToBeVisibleAsync();
        await ReadTheBell(watcher);

        await watcher.Open("/gallery?collection=images");
        var prints = watcher.Page.Locator("#grid > li");
        await Expect(prints).ToHaveCountAsync(2);
        await prints.Last.Locator(".pick input").CheckAsync(new() { Force = true });
        await watcher.Press("Remove background");
        await Expect(prints).ToHaveCountAsync(3);
        ((await Server.Door.Get("/images/"))["images"]!.AsArray().Count(image => image!["parent_uuid"] is not null)).ShouldBe(2);
    }

    static async Task ReadTheBell(Watcher watcher)
    {
        await watcher.Page.Locator("#bell a").ClickAsync();
        await watcher.Sees("Background removed");
        await watcher.Page.GetByRole(AriaRole.Button, new() { Name = "Read Background removed" }).ClickAsync();
        await Expect(watcher.Page.Locator("#bell .count")).ToHaveCountAsync(0);
    }

    static async Task<string> Keep(Door door)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(Drawn.Disc()), "file", "gato.png" } };
        using var answer = await door.Http.PostAsync("/api/v1/assets", form);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.Id();
    }
}

/// <summary>The recipes' pages with rows and bytes in the data folder.</summary>
[Collection(nameof(EmbeddedRoom))]
public sealed class EmbeddedRecipePagesTests(EmbeddedRoom room, Chromium chromium) : RecipePagesTests(room, chromium);

/// <summary>The recipes' pages with rows in PostgreSQL and bytes on S3.</summary>
[Collection(nameof(FleetRoom))]
public sealed class FleetRecipePagesTests(FleetRoom room, Chromium chromium) : RecipePagesTests(room, chromium);
