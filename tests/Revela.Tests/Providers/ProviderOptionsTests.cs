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
    public void The_names_that_deployments_have_for_keys_are_known_and_revelas_own_win()
    {
        var folder = Directory.CreateTempSubdirectory("revela-options-").FullName;
        OptionsReader.Read(new Hashtable { ["CLIPDROP_API_KEY"] = "given" }, folder).Clipdrop.Key.ShouldBe("given");
        OptionsReader.Read(new Hashtable { ["CLIPDROP_API_KEY"] = "given", ["REVELA_CLIPDROP_KEY"] = "own" }, folder).Clipdrop.Key.ShouldBe("own");
        var mistakes = Should.Throw<OptionsException>(() => OptionsReader.Read(new Hashtable { ["FIREBASE_SERVICE_ACCOUNT_KEY"] = "very-secret" }, folder)).Mistakes;
        Directory.Delete(folder);
        mistakes.ShouldContain("firestore.service_account is not the key file of a service account.");
        mistakes.ShouldContain(mistake => mistake.StartsWith("links.public_url"));
        mistakes.ShouldAllBe(mistake => !mistake.Contains("very-secret"));
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
