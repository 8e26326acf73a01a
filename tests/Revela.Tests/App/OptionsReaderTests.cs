using System.Collections;
using Revela.App;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Settings come from the data folder's file and, above it, from the environment; every mistake is told at once.</summary>
public sealed class OptionsReaderTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("revela-options-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Without_any_setting_the_defaults_hold()
    {
        var options = Read("");
        options.Data.ShouldBe(folder);
        (options with { Data = new RevelaOptions().Data }).ShouldBe(new RevelaOptions { Uploads = options.Uploads, UrlSources = options.UrlSources, Worker = options.Worker, Links = options.Links });
        options.UrlSources.IsOn.ShouldBeFalse();
    }

    [Fact]
    public void The_file_is_read_and_the_environment_wins_over_it()
    {
        var options = Read(
            """
            {
              // A comment is fine.
              "urls": "http://127.0.0.1:9000",
              "worker": { "enabled": false },
              "limits": { "max_bytes": 1000, "max_frames": 7 },
              "url_sources": { "allowed_hosts": ["a.example", "*.b.example"], "timeout": "1500ms" },
              "links": { "lifetime": "7d" },
            }
            """,
            ("REVELA_LIMITS_MAX_BYTES", "2000"), ("REVELA_UPLOADS_IN_FLIGHT", "3"), ("REVELA_URL_SOURCES_PRIVATE_HOSTS", "c.local, d.local"), ("REVELA_ANALYZE_LOAD_SECONDS", "2.5"));
        options.Urls.ShouldBe("http://127.0.0.1:9000");
        options.Worker.Enabled.ShouldBeFalse();
        options.Limits.MaxBytes.ShouldBe(2000);
        options.Limits.MaxFrames.ShouldBe(7);
        options.Uploads.InFlight.ShouldBe(3);
        options.UrlSources.AllowedHosts.ShouldBe(["a.example", "*.b.example"]);
        options.UrlSources.PrivateHosts.ShouldBe(["c.local", "d.local"]);
        options.UrlSources.Timeout.ShouldBe(TimeSpan.FromSeconds(1.5));
        options.Links.Lifetime.ShouldBe(TimeSpan.FromDays(7));
        options.Analyze.LoadSeconds.ShouldBe(2.5);
    }

    [Fact]
    public void All_mistakes_are_told_at_once()
    {
        var mistakes = Should.Throw<OptionsException>(() => Read(
            """{"worker": {"enabled": "perhaps"}, "analyze": true, "wrker": true, "limits": {"max_bytez": 1, "max_bytes": 0}, "urls": "ftp://x;https://*:8443", "certificate_key_file": "/nowhere.pem"}""",
            ("REVELA_UPLOADS_IN_FLIGHT", "many"), ("REVELA_LINKS_LIFETIME", "soon"))).Mistakes;
        mistakes.ShouldBe(
            [
                "worker.enabled is 'perhaps', which is not true or false.",
                "analyze in revela.json is a group of settings: {\"analyze\": {…}}.",
                "uploads.in_flight is 'many', which is not a whole number.",
                "links.lifetime is 'soon', which is not a time such as 30s or 5m.",
                "limits.max_bytez in revela.json is not a setting.",
                "wrker in revela.json is not a setting.",
                "urls: 'ftp://x' is not an address like http://127.0.0.1:7070 or https://*:8443.",
                "certificate_file is needed for an https address.",
                "The certificate file '/nowhere.pem' does not exist.",
                "Every number in limits must be above 0.",
            ],
            ignoreOrder: true);
    }

    [Theory]
    [InlineData("{", "is not JSON: line 1")]
    [InlineData("[]", "one JSON object")]
    public void A_broken_file_is_told_with_its_place(string file, string reason) =>
        Should.Throw<OptionsException>(() => Read(file)).Mistakes.ShouldHaveSingleItem().ShouldContain(reason);

    RevelaOptions Read(string file, params (string Name, string Value)[] environment)
    {
        if (file.Length > 0) File.WriteAllText(Path.Combine(folder, OptionsReader.FileName), file);
        var variables = new Hashtable();
        foreach (var (name, value) in environment) variables[name] = value;
        return OptionsReader.Read(variables, folder);
    }
}
