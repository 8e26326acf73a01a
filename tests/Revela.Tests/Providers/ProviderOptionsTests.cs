using System.Collections;
using System.Text.Json;
using Revela.App;
using Revela.Core;
using Revela.Providers.ClipDrop;
using Revela.Providers.Gemini;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

public sealed class ProviderOptionsTests
{
    [Fact]
    public void Keys_are_read_from_the_environment_and_never_printed()
    {
        var folder = Directory.CreateTempSubdirectory("revela-options-").FullName;
        var options = OptionsReader.Read(new Hashtable { ["REVELA_CLIPDROP_KEY"] = "very-secret", ["REVELA_GEMINI_KEY"] = "very-secret" }, folder);
        Directory.Delete(folder);
        (options.Clipdrop.Key, options.Gemini.Key).ShouldBe(("very-secret", "very-secret"));
        JsonSerializer.Serialize(options, RevelaJson.Options).ShouldNotContain("very-secret");
        options.ToString().ShouldNotContain("very-secret");
        options.Providers.ToString().ShouldNotContain("very-secret");
    }

    [Fact]
    public void A_key_in_a_file_is_read_anew_each_time()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "first\n");
        var options = new ClipDropOptions { KeyFile = file };
        options.Mistakes().ShouldBeEmpty();
        options.ReadKey().ShouldBe("first");
        File.WriteAllText(file, "second\n");
        options.ReadKey().ShouldBe("second");
        File.Delete(file);
        options.ReadKey().ShouldBeNull();
        options.Mistakes().ShouldHaveSingleItem().ShouldContain("key_file");
    }

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var mistakes = new RevelaOptions
        {
            Clipdrop = new() { Endpoint = "clipdrop", Key = " spaced", UsdPerCredit = -1 },
            Gemini = new() { Model = "a/b", Timeout = TimeSpan.Zero },
            Rembg = new() { Endpoint = "ftp://rembg", ErodeSize = -1 },
        }.Mistakes();
        foreach (var setting in (string[])["clipdrop.endpoint", "clipdrop.key", "clipdrop.usd_per_credit", "gemini.model", "gemini.timeout", "rembg.endpoint", "rembg.erode_size"])
            mistakes.ShouldContain(mistake => mistake.StartsWith(setting));
    }
}
