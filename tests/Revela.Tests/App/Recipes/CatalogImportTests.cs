using System.Net;
using System.Text;
using Revela.App.Recipes.Catalog;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Recipes;

/// <summary>Articles come as a table, as a folder of photos, or as both.</summary>
public sealed class CatalogImportTests
{
    [Fact]
    public async Task A_table_and_a_folder_of_photos_become_articles_and_asked_again_make_nothing_twice()
    {
        await using var live = await Start();
        const string table = "id;nombre;descripcion;unidad;categoria_id;activo;imagen\n12;Taza;De barro;pieza;3;sí;IMG_1.png\n;Plato;Hondo;;1;no;\n";
        MultipartFormDataContent Both() => new MultipartFormDataContent().File(Encoding.UTF8.GetBytes(table), "articulos.csv", field: "archivo")
            .File(Pictures.New(), "IMG_1.png", field: "imagen").File(Pictures.New(), "Plato.png", field: "imagen").File(Pictures.New(), "Jarra.png", field: "imagen");
        var first = await live.Client.PostAsync($"{Articles.Root}/import", Both()).ShouldBe(200);
        first["message"]!.ToString().ShouldBe("3 artículo(s) creado(s), 0 actualizado(s), 3 imagen(es)");
        var articles = (await live.Get(Articles.Root))["data"]!["articulos"]!.AsArray();
        articles.Select(article => (article!["id"]!.GetValue<long>(), article["nombre"]!.ToString(), article["activo"]!.GetValue<bool>(), article["imagen_url"] is not null))
            .ShouldBe([(12, "Taza", true, true), (13, "Plato", false, true), (14, "Jarra", true, true)]);
        (articles[0]!["categoria_id"]!.GetValue<int>(), articles[0]!["descripcion"]!.ToString()).ShouldBe((3, "De barro"));

        var again = await live.Client.PostAsync($"{Articles.Root}/import", Both()).ShouldBe(200);
        (again["data"]!["creados"]!.GetValue<int>(), again["data"]!["actualizados"]!.GetValue<int>()).ShouldBe((0, 3));
        (await Listed(live)).ShouldBe([12, 13, 14]);

        // A photo that comes later finds the row that named it, or the number it is called by.
        var before = await Image(live, 12);
        await live.Client.PostAsync($"{Articles.Root}/import", new MultipartFormDataContent().File(Pictures.New(), "img_1.png", field: "imagen").File(Pictures.New(), "14.png", field: "imagen")).ShouldBe(200);
        new Uri(await Image(live, 12)).AbsolutePath.ShouldNotBe(new Uri(before).AbsolutePath);
        (await Listed(live)).ShouldBe([12, 13, 14]);
    }

    [Fact]
    public async Task A_table_with_mistakes_is_refused_whole()
    {
        await using var live = await Start();
        foreach (var (table, said) in new[]
        {
            ("nombre,categoria_id,activo\nTaza,x,perhaps\n,1,\n", "row 2: 'categoria_id' must be a whole number; 'activo' must be true or false; row 3: it has neither id nor nombre"),
            ("precio\n3\n", "The first row must name the columns"), ("id,nombre\n77,\n", "There is no article 77"), ("id,nombre\n-1,Taza\n", "row 2: 'id' must be"),
        })
        {
            var answer = await live.Client.PostAsync($"{Articles.Root}/import", new MultipartFormDataContent().File(Encoding.UTF8.GetBytes(table), "a.csv", field: "archivo"));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await Json(answer))["detail"]!.ToString().ShouldContain(said);
        }
        (await live.Client.PostAsync($"{Articles.Root}/import", Form(("nota", "x"))).ShouldBe(400))["code"]!.ToString().ShouldBe(ErrorCodes.InvalidRequest);
        (await Listed(live)).ShouldBeEmpty();
        (await live.Get("/api/v1/assets"))["assets"]!.AsArray().ShouldBeEmpty();
    }

    static async Task<long[]> Listed(LiveServer live) =>
        [.. (await live.Get(Articles.Root))["data"]!["articulos"]!.AsArray().Select(article => article!["id"]!.GetValue<long>())];

    static async Task<string> Image(LiveServer live, long article) => (await live.Get($"{Articles.Root}/{article}"))["data"]!["articulo"]!["imagen_url"]!.ToString();
}
