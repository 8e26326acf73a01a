using Revela.App.Pipelines;
using Revela.App.Recipes.Analyze;
using Revela.App.Recipes.Catalog;
using Revela.App.Recipes.Showcase;
using Revela.Core;
using Revela.Core.Pipelines;
using Revela.Imaging.Isolation;
using Revela.Imaging.Models;
using Revela.Imaging.Operations;
using Revela.Storage;

namespace Revela.App;

/// <summary>What is opened before anything runs and closed after everything has stopped: the catalogues, the store and the secrets kept in it.</summary>
public sealed class Engine : IAsyncDisposable
{
    public const string PipelinesFile = "pipelines.yaml";

    public required IStore Store { get; init; }
    public required OperationCatalog Operations { get; init; }
    public required PipelineBook Pipelines { get; init; }

    public required MemoryLessons Lessons { get; init; }

    /// <summary>Signs links; the same for every process of the store.</summary>
    public required byte[] LinkSecret { get; init; }

    /// <summary>Signs receipts for what far workers send; the same for every process of the store.</summary>
    public required byte[] ReceiptSecret { get; init; }

    /// <summary>Signs the dashboard's forms; the same for every process of the store.</summary>
    public required byte[] FormSecret { get; init; }

    /// <summary>Starts the children that decode pixels.</summary>
    public required ChildCommand Children { get; init; }

    /// <param name="children">Null for this program itself.</param>
    /// <exception cref="RevelaException"><c>invalid-pipeline</c>: the data folder's <c>pipelines.yaml</c> has mistakes.</exception>
    public static async Task<Engine> Open(RevelaOptions options, ChildCommand? children, ILoggerFactory? log, CancellationToken cancel)
    {
        Inference.Use(options.Onnx);
        var lessons = new MemoryLessons();
        var operations = new OperationCatalog(TestOperations.IfEnabled, lessons);
        var pipelines = PipelineBook.Open(Path.Combine(options.Data, PipelinesFile), operations, loaded => Extend(loaded, operations, options));
        MakeFolder(options.Data);
        var store = await StoreWait.Open(options, log, cancel);
        return new Engine
        {
            Store = store,
            Operations = operations,
            Lessons = lessons,
            Pipelines = pipelines,
            LinkSecret = await store.Accounts.Secret("links", cancel),
            ReceiptSecret = await store.Accounts.Secret("receipts", cancel),
            FormSecret = await store.Accounts.Secret("forms", cancel),
            Children = (children ?? ChildCommand.ThisProgram()) with { Variables = [.. options.Onnx.Variables()] },
        };
    }

    // What recipes make of their pipelines by the settings.
    static PipelineCatalog Extend(PipelineCatalog pipelines, OperationCatalog operations, RevelaOptions options) =>
        ShowcaseRecipe.Extend(CatalogRecipe.Extend(AnalyzeRecipe.Extend(pipelines, operations, options.Analyze), operations, options), options.Clipdrop);

    // For the owner only: it holds the first key and everybody's pictures.
    static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public ValueTask DisposeAsync() => Store.DisposeAsync();
}
