namespace Revela.Bench;

/// <summary>Where this checkout keeps what it builds.</summary>
static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Artifacts => Path.Combine(Root, "artifacts");

    static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "revela.slnx"))) return folder;
        }
        return Environment.CurrentDirectory;
    }
}
