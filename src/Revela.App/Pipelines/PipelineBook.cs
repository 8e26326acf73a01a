using System.Security.Cryptography;
using System.Text;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.App.Pipelines;

/// <summary>
/// The pipelines that may be asked for: the built-in ones and those of one file, which is read again whenever it changes and written by nobody but here.
/// While it has mistakes, what it said before holds.
/// </summary>
public sealed class PipelineBook
{
    readonly string path;
    readonly IOperations operations;
    readonly Func<PipelineCatalog, PipelineCatalog> extend;
    readonly Lock gate = new();
    (DateTime Written, long Bytes) seen;

    PipelineBook(string path, IOperations operations, Func<PipelineCatalog, PipelineCatalog> extend)
    {
        (this.path, this.operations, this.extend) = (path, operations, extend);
        BuiltIn = PipelineFile.ReadBuiltIn(operations).ToDictionary(pipeline => pipeline.Name);
        seen = Look();
        Catalog = new PipelineCatalog(All(Text()));
    }

    public PipelineCatalog Catalog { get; }

    /// <summary>By name, as they are shipped.</summary>
    public IReadOnlyDictionary<string, Pipeline> BuiltIn { get; }

    /// <summary>What is wrong with the file as it is now, a line each; null when it holds.</summary>
    public string? Trouble { get; private set; }

    /// <param name="extend">What the settings make of the pipelines.</param>
    /// <exception cref="RevelaException"><c>invalid-pipeline</c> with every mistake, a line each.</exception>
    public static PipelineBook Open(string path, IOperations operations, Func<PipelineCatalog, PipelineCatalog> extend) => new(path, operations, extend);

    /// <summary>The file as it is: its version, by which a change is refused that was made to an older one, and the names in it.</summary>
    public (string Version, IReadOnlyCollection<string> Names) Read()
    {
        var text = Text();
        try
        {
            return (VersionOf(text), new PipelineBlocks(text).Names);
        }
        catch (RevelaException)
        {
            return (VersionOf(text), []);
        }
    }

    /// <summary>A pipeline as it is written: as the file has it, with its comments, else as it is shipped. What the settings make of it is left out.</summary>
    public string? Find(string name) =>
        InFile(name) ?? ((BuiltIn.GetValueOrDefault(name) ?? Catalog.Find(name)) is { } pipeline ? PipelineYaml.Write(pipeline, operations) : null);

    string? InFile(string name)
    {
        try
        {
            return new PipelineBlocks(Text()).Find(name);
        }
        catch (RevelaException)
        {
            return null;
        }
    }

    /// <summary>Reads the file again when it has changed. True when other pipelines hold now, or other mistakes.</summary>
    public bool Refresh()
    {
        lock (gate)
        {
            var now = Look();
            if (now == seen) return false;
            seen = now;
            try
            {
                Catalog.Replace(All(Text()));
                Trouble = null;
            }
            catch (RevelaException mistakes)
            {
                Trouble = mistakes.Error.Message;
            }
            return true;
        }
    }

    /// <summary>Puts a pipeline into the file, in the place of another or at its end. It holds from now on.</summary>
    /// <param name="text">One pipeline.</param>
    /// <exception cref="RevelaException"><c>invalid-pipeline</c>; <c>wrong-state</c> when the file is another one by now or cannot be written.</exception>
    public Pipeline Save(string? replaced, string text, string version)
    {
        if (PipelineFile.Read(text, Engine.PipelinesFile, operations) is not [var pipeline]) throw new RevelaException(ErrorCodes.InvalidPipeline, "There must be one pipeline.");
        Change(version, blocks =>
        {
            if (pipeline.Name != replaced && blocks.Names.Contains(pipeline.Name)) throw new RevelaException(ErrorCodes.WrongState, $"There is a pipeline '{pipeline.Name}' in the file already.");
            return blocks.With(replaced, text);
        });
        return pipeline;
    }

    /// <summary>Takes a pipeline out of the file; a built-in one of the same name holds again.</summary>
    /// <exception cref="RevelaException"><c>not-found</c>; <c>wrong-state</c>.</exception>
    public void Remove(string name, string version) => Change(
        version, blocks => blocks.Names.Contains(name) ? blocks.Without(name) : throw new RevelaException(ErrorCodes.NotFound, $"The file has no pipeline '{name}'."));

    void Change(string version, Func<PipelineBlocks, string> change)
    {
        lock (gate)
        {
            var before = Text();
            if (VersionOf(before) != version) throw new RevelaException(ErrorCodes.WrongState, "Somebody has changed pipelines.yaml meanwhile: load the page again.");
            var after = change(new PipelineBlocks(before));
            var all = All(after);
            Write(after);
            seen = Look();
            Catalog.Replace(all);
            Trouble = null;
        }
    }

    IReadOnlyList<Pipeline> All(string text)
    {
        IReadOnlyList<Pipeline> own = text.Length == 0 ? [] : PipelineFile.Read(text, Path.GetFileName(path), operations);
        return extend(new PipelineCatalog([.. BuiltIn.Values, .. own])).All;
    }

    // Whole or not at all: a reader sees the old file or the new one.
    void Write(string text)
    {
        var draft = path + ".new";
        try
        {
            using (var file = new FileStream(draft, FileMode.Create, FileAccess.Write))
            {
                file.Write(Encoding.UTF8.GetBytes(text));
                file.Flush(flushToDisk: true);
            }
            File.Move(draft, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RevelaException(ErrorCodes.WrongState, "pipelines.yaml cannot be written on this server: change it where it comes from.");
        }
    }

    string Text() => File.Exists(path) ? File.ReadAllText(path) : "";

    (DateTime, long) Look() => new FileInfo(path) is { Exists: true } file ? (file.LastWriteTimeUtc, file.Length) : default;

    static string VersionOf(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..16];
}
