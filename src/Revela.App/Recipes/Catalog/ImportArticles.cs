using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Uploads;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Items;

namespace Revela.App.Recipes.Catalog;

/// <summary>POST /api/articulos/import: a table of articles, a folder of photos, or both; asked again, it makes nothing twice.</summary>
public sealed class ImportArticles(UploadReader uploads, Articles articles)
{
    const string Table = "archivo", Photo = "imagen";

    [EndpointSummary("Import articles")]
    [EndpointDescription(
        "`archivo` is a CSV whose first row names the columns: `nombre`, and perhaps `id`, `descripcion`, `unidad`, `categoria_id`, `activo`, and `imagen` for the name of the photo's file. "
        + "A row changes the article of its `id`, or without one of its `nombre`, and adds it when there is none. "
        + "A photo goes to the article whose row named its file, else to that whose number or name its file is called by, else it becomes an article. A table with mistakes is refused whole, with all of them.")]
    [Takes(typeof(ImportForm), "multipart/form-data")]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<Ok<Answer<Imported>>> Handle(HttpContext http, ImportArticles door, CancellationToken cancel)
    {
        var done = await door.Import(http, cancel);
        return TypedResults.Ok(Answer<Imported>.Of(done, $"{done.Creados} artículo(s) creado(s), {done.Actualizados} actualizado(s), {done.Imagenes} imagen(es)"));
    }

    async Task<Imported> Import(HttpContext http, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, Photo, cancel, Table);
        var rows = upload.Aside(Table) is { } file ? ArticleTable.Read(await ReadTable(file, cancel)) : [];
        if (rows.Count + upload.Received.Count == 0) throw Refusals.Invalid($"Send a table as '{Table}', photos as '{Photo}', or both.");
        var shelf = new Shelf(await articles.All(upload.Tenant, cancel));
        if (rows.FirstOrDefault(row => row.Name is null && shelf.Find(row) is null) is { } nameless) throw Refusals.Invalid($"There is no article {nameless.Id}, and its row has no nombre to make one.");
        // From here on photos belong to articles, whatever becomes of the rest.
        upload.Keep();
        foreach (var row in rows) await Take(upload.Tenant, row, shelf, cancel);
        foreach (var photo in upload.Received) await Take(photo, shelf, cancel);
        return new Imported(shelf.Added, shelf.Changed, upload.Received.Count);
    }

    async Task Take(string tenant, ArticleRow row, Shelf shelf, CancellationToken cancel)
    {
        if (shelf.Find(row) is { } known) shelf.Put(await articles.Change(known, row.Fields(known.Metadata), photo: null, cancel), isNew: false);
        else shelf.Put(await articles.Add(tenant, row.Id, row.Fields(known: null), photo: null, cancel), isNew: true);
    }

    async Task Take(Asset photo, Shelf shelf, CancellationToken cancel)
    {
        var file = photo.FileName ?? photo.Id.ToString("D");
        if (shelf.Find(file) is { } known) shelf.Put(await articles.Change(known, fields: null, photo.Id, cancel), isNew: false);
        else shelf.Put(await articles.Add(photo.Tenant, null, new() { ["activo"] = true, ["nombre"] = Path.GetFileNameWithoutExtension(file) }, photo, cancel), isNew: true);
    }

    static async Task<string> ReadTable(string path, CancellationToken cancel) => new FileInfo(path).Length <= ArticleTable.MaxBytes
        ? await File.ReadAllTextAsync(path, cancel)
        : throw new RevelaException(Core.Jobs.ErrorCodes.TooLarge, $"'{Table}' may hold at most {ArticleTable.MaxBytes} bytes.");

    /// <summary>The articles as they are while the import goes on, by what tables and files call them.</summary>
    sealed class Shelf
    {
        readonly Dictionary<long, Item> numbers = [];
        readonly Dictionary<string, long> names = new(StringComparer.OrdinalIgnoreCase), files = new(StringComparer.OrdinalIgnoreCase);
        readonly HashSet<long> added = [], changed = [];

        public Shelf(IEnumerable<Item> known)
        {
            foreach (var article in known) Know(article);
        }

        public int Added => added.Count;

        public int Changed => changed.Count;

        public Item? Find(ArticleRow row) => row.Id is { } id ? numbers.GetValueOrDefault(id) : Of(names, row.Name!);

        public Item? Find(string file)
        {
            var stem = Path.GetFileNameWithoutExtension(file);
            return Of(files, file) ?? (long.TryParse(stem, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? numbers.GetValueOrDefault(number) : null) ?? Of(names, stem);
        }

        /// <param name="article">Null when somebody took it away, or its number, meanwhile.</param>
        public void Put(Item? article, bool isNew)
        {
            if (article is null) return;
            Know(article);
            var number = Articles.NumberOf(article);
            if (isNew) added.Add(number);
            else if (!added.Contains(number)) changed.Add(number);
        }

        Item? Of(Dictionary<string, long> called, string name) => called.TryGetValue(name, out var number) ? numbers[number] : null;

        void Know(Item article)
        {
            var number = Articles.NumberOf(article);
            numbers[number] = article;
            names.TryAdd(Articles.Text(article, "nombre"), number);
            if (Articles.FileOf(article) is { Length: > 0 } file) files[file] = number;
        }
    }
}

/// <summary>A table of articles, their photos, or both.</summary>
public sealed record ImportForm
{
    /// <summary>CSV; commas, semicolons or tabs.</summary>
    public IFormFile? Archivo { get; init; }
    public IReadOnlyList<IFormFile>? Imagen { get; init; }
}

/// <summary>What came of an import.</summary>
/// <param name="Imagenes">Photos that found their article, or made one.</param>
public sealed record Imported(int Creados, int Actualizados, int Imagenes);
