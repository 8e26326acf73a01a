using System.Collections;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Revela.App;
using Shouldly;
using Xunit;

namespace Revela.Tests.Deploy;

/// <summary>What can be known of the compose file without starting it.</summary>
public sealed partial class ComposeTests
{
    static readonly JsonObject Compose = Manifests.Read("deploy/compose.yaml").Single();

    static IEnumerable<(string Name, JsonObject Service)> Services => Compose["services"]!.AsObject().Select(pair => (pair.Key, pair.Value!.AsObject()));

    static JsonObject Service(string name) => Compose["services"]![name]!.AsObject();

    [Fact]
    public void Every_field_is_one_that_compose_knows()
    {
        Compose.Where(pair => !pair.Key.StartsWith("x-", StringComparison.Ordinal)).Select(pair => pair.Key).ShouldBe(["name", "services", "volumes"], ignoreOrder: true);
        foreach (var (name, service) in Services)
        {
            service.HasOnly(name, "image build restart read_only tmpfs cap_drop security_opt stop_grace_period depends_on command environment ports volumes healthcheck deploy profiles hostname");
            service["build"].HasOnly(name, "context dockerfile");
            service["healthcheck"].HasOnly(name, "test interval timeout retries start_period");
            service["deploy"].HasOnly(name, "replicas");
            service["image"].Text().ShouldNotBeEmpty(name);
        }
    }

    [Fact]
    public void What_is_named_is_there()
    {
        var volumes = Compose["volumes"]!.AsObject().Select(pair => pair.Key).ToList();
        foreach (var (name, service) in Services)
        {
            foreach (var volume in service["volumes"].Texts().Where(volume => volume[0] != '/')) volumes.ShouldContain(volume.Split(':')[0], name);
            foreach (var (other, how) in service["depends_on"]?.AsObject() ?? [])
            {
                how!["condition"].Text().ShouldBe("service_healthy");
                Service(other)["healthcheck"].ShouldNotBeNull($"{name} waits for the health of {other}");
                (Service(other)["profiles"] is null).ShouldBeTrue($"{name} waits for {other}, which may not be started");
            }
        }
        volumes.Except(Services.SelectMany(pair => pair.Service["volumes"].Texts()).Select(volume => volume.Split(':')[0])).ShouldBeEmpty("nobody uses these volumes");
        File.Exists(Path.Combine(House.Repository.Root, "deploy", Service("server")["build"]!["context"].Text(), Service("server")["build"]!["dockerfile"].Text())).ShouldBeTrue();
    }

    [Fact]
    public void The_parts_stand_at_their_ports_and_for_this_machine_only()
    {
        string[] Ports(string name) => [.. Service(name)["ports"].Texts()];
        Ports("postgres").ShouldBe(["127.0.0.1:5432:5432"]);
        Ports("minio").ShouldBe(["127.0.0.1:9000:9000", "127.0.0.1:9001:9001"]);
        Service("minio")["command"].Texts().ShouldBe(["server", "/data", "--console-address", ":9001"]);
        Ports("server").ShouldBe(["127.0.0.1:7070:7070"]);
        Service("worker")["deploy"]!["replicas"].Text().ShouldBe("2");
        Services.Where(pair => pair.Service["profiles"] is not null).Select(pair => pair.Name).ShouldBe(["rabbitmq"]);
        Services.SelectMany(pair => pair.Service["ports"].Texts()).ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("server")]
    [InlineData("worker")]
    public void The_programs_may_do_no_more_than_they_need(string name)
    {
        var service = Service(name);
        service["read_only"]!.GetValue<bool>().ShouldBeTrue();
        service["cap_drop"].Texts().ShouldBe(["ALL"]);
        service["security_opt"].Texts().ShouldBe(["no-new-privileges:true"]);
        service["tmpfs"].Texts().ShouldBe(["/tmp"]);
        service["volumes"].Texts().Select(volume => volume.Split(':')[^1]).ShouldBe(["/data"]);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("worker")]
    public void Every_variable_is_a_setting_and_together_they_can_be_used(string name)
    {
        var environment = Environment(name);
        var options = OptionsReader.Read(environment, Path.Combine(Path.GetTempPath(), "none"));
        options.Store.Postgres.ShouldBe("Host=postgres;Database=revela;Username=revela;Password=given");
        options.S3.Endpoint.ShouldBe("http://minio:9000");
        options.S3.PublicEndpoint.ShouldBe("http://localhost:9000");
        options.Broker.Url.ShouldBeNull();
        var known = TableOfSettings().Matches(House.Repository.Read("docs/limits.md")).Select(row => row.Groups[1].Value);
        environment.Keys.Cast<string>().Except(known).ShouldBeEmpty();
    }

    /// <summary>The variables as compose would pass them on when only the passwords are given.</summary>
    static Hashtable Environment(string name)
    {
        var environment = new Hashtable();
        foreach (var (variable, value) in Service(name)["environment"]!.AsObject())
            if (value is not null) environment[variable] = Substitution().Replace(value.ToString(), found => found.Groups[2].Value == "?" ? "given" : found.Groups[3].Value);
        return environment;
    }

    [GeneratedRegex(@"\$\{(\w+):([?-])([^}]*)\}")]
    private static partial Regex Substitution();

    [GeneratedRegex(@"^\| `[^`]+` \| `(REVELA_\w+)`", RegexOptions.Multiline)]
    private static partial Regex TableOfSettings();
}
