using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App;
using Revela.App.Api.Views;
using Revela.Tests.House;
using Shouldly;
using Xunit;

namespace Revela.Tests.Deploy;

/// <summary>What can be known of the Kubernetes manifests without a cluster: kinds, fields, and that what is named is there.</summary>
public sealed class KubernetesTests
{
    const string Folder = "deploy/kubernetes";

    static readonly IReadOnlyDictionary<string, string> Versions = new Dictionary<string, string>
    {
        ["Namespace"] = "v1",
        ["ConfigMap"] = "v1",
        ["Service"] = "v1",
        ["Deployment"] = "apps/v1",
        ["PodDisruptionBudget"] = "policy/v1",
        ["ScaledObject"] = "keda.sh/v1alpha1",
        ["TriggerAuthentication"] = "keda.sh/v1alpha1",
    };

    static readonly JsonObject Kustomization = Manifests.Read($"{Folder}/kustomization.yaml").Single();

    static readonly IReadOnlyList<JsonObject> All = [.. Kustomization["resources"].Texts().SelectMany(file => Manifests.Read($"{Folder}/{file}"))];

    static IEnumerable<JsonObject> Of(string kind) => All.Where(one => one["kind"].Text() == kind);

    static JsonObject One(string kind, string name) => Of(kind).Single(one => one["metadata"]!["name"].Text() == name);

    static IEnumerable<(string Name, JsonNode Pod, JsonNode Container)> Pods => Of("Deployment").Select(one => (
        one["metadata"]!["name"].Text(), one["spec"]!["template"]!["spec"]!, one["spec"]!["template"]!["spec"]!["containers"].Each().Single()));

    [Fact]
    public void Every_file_is_applied_and_every_kind_has_its_version()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, Folder)).Select(Path.GetFileName).Except(["kustomization.yaml"]);
        Kustomization["resources"].Texts().ShouldBe(files!, ignoreOrder: true);
        foreach (var one in All)
        {
            one["apiVersion"].Text().ShouldBe(Versions[one["kind"].Text()]);
            one["metadata"]!["name"].Text().ShouldMatch("^revela(-[a-z]+)?$");
        }
        All.Select(one => $"{one["kind"]}/{one["metadata"]!["name"]}").ShouldBeUnique();
    }

    [Fact]
    public void Every_field_is_one_that_Kubernetes_knows()
    {
        foreach (var one in All) one.HasOnly(one["kind"].Text(), "apiVersion kind metadata spec data");
        foreach (var one in Of("Deployment"))
        {
            var name = one["metadata"]!["name"].Text();
            one["spec"].HasOnly(name, "replicas selector template");
            one["spec"]!["template"]!["spec"].HasOnly(name, "automountServiceAccountToken terminationGracePeriodSeconds securityContext containers volumes");
        }
        foreach (var (name, pod, container) in Pods)
        {
            pod["securityContext"].HasOnly(name, "runAsNonRoot runAsUser runAsGroup fsGroup seccompProfile");
            container.HasOnly(name, "name image args env envFrom ports startupProbe livenessProbe readinessProbe lifecycle resources securityContext volumeMounts");
            container["securityContext"].HasOnly(name, "allowPrivilegeEscalation readOnlyRootFilesystem capabilities");
            container["resources"].HasOnly(name, "requests limits");
            foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
                container[probe].HasOnly(name, "httpGet periodSeconds timeoutSeconds failureThreshold");
        }
        One("ScaledObject", "revela-worker")["spec"].HasOnly("autoscaling", "scaleTargetRef minReplicaCount maxReplicaCount pollingInterval cooldownPeriod triggers");
    }

    [Fact]
    public void The_programs_may_do_no_more_than_they_need()
    {
        foreach (var (name, pod, container) in Pods)
        {
            pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>().ShouldBeTrue(name);
            pod["securityContext"]!["runAsUser"].Text().ShouldBe("10001", name);
            pod["securityContext"]!["seccompProfile"]!["type"].Text().ShouldBe("RuntimeDefault", name);
            pod["automountServiceAccountToken"]!.GetValue<bool>().ShouldBeFalse(name);
            container["securityContext"]!["readOnlyRootFilesystem"]!.GetValue<bool>().ShouldBeTrue(name);
            container["securityContext"]!["allowPrivilegeEscalation"]!.GetValue<bool>().ShouldBeFalse(name);
            container["securityContext"]!["capabilities"]!["drop"].Texts().ShouldBe(["ALL"], name);
            container["resources"]!["limits"]!["memory"].Text().ShouldNotBeEmpty(name);
            container["volumeMounts"].Each().Select(mount => mount["mountPath"].Text()).ShouldBe(["/data", "/tmp"], name);
            container["volumeMounts"].Each().Select(mount => mount["name"].Text()).ShouldBe(pod["volumes"].Each().Select(volume => volume["name"].Text()), name);
        }
    }

    [Fact]
    public void Selectors_find_their_pods_and_ports_their_containers()
    {
        foreach (var one in Of("Deployment"))
            JsonNode.DeepEquals(one["spec"]!["selector"]!["matchLabels"], one["spec"]!["template"]!["metadata"]!["labels"]).ShouldBeTrue();
        var server = One("Deployment", "revela-server");
        var service = One("Service", "revela-server");
        var labels = server["spec"]!["template"]!["metadata"]!["labels"];
        JsonNode.DeepEquals(service["spec"]!["selector"], labels).ShouldBeTrue();
        JsonNode.DeepEquals(One("PodDisruptionBudget", "revela-server")["spec"]!["selector"]!["matchLabels"], labels).ShouldBeTrue();
        var container = Pods.Single(pod => pod.Name == "revela-server").Container;
        var ports = container["ports"].Each().ToDictionary(port => port["name"].Text(), port => port["containerPort"].Text());
        ports.ShouldBe(new Dictionary<string, string> { ["http"] = "7070" });
        foreach (var port in service["spec"]!["ports"].Each()) ports.ShouldContainKey(port["targetPort"].Text());
    }

    [Fact]
    public void The_server_is_probed_at_doors_that_it_has()
    {
        var container = Pods.Single(pod => pod.Name == "revela-server").Container;
        var routes = Repository.Read("src/Revela.App/Api/ApiRoutes.cs");
        foreach (var probe in new[] { "startupProbe", "livenessProbe", "readinessProbe" })
        {
            var path = container[probe]!["httpGet"]!["path"].Text();
            container[probe]!["httpGet"]!["port"].Text().ShouldBe("http");
            path.ShouldStartWith("/health/");
            routes.ShouldContain($"\"{path["/health".Length..]}\"");
        }
        container["readinessProbe"]!["httpGet"]!["path"].Text().ShouldBe("/health/ready");
        container["livenessProbe"]!["httpGet"]!["path"].Text().ShouldBe("/health/live", "a server must not be killed because its database is away");
    }

    [Fact]
    public void Settings_can_be_used_and_there_is_time_to_stop()
    {
        var settings = One("ConfigMap", "revela-settings")["data"]!.AsObject();
        var environment = new Hashtable(settings.ToDictionary(pair => pair.Key, pair => pair.Value!.ToString()))
        {
            ["REVELA_STORE_POSTGRES"] = "Host=db;Database=revela;Username=revela;Password=given",
            ["REVELA_S3_ACCESS_KEY"] = "given",
            ["REVELA_S3_SECRET_KEY"] = "given",
        };
        foreach (var (name, pod, container) in Pods)
        {
            container["envFrom"].Each().Select(from => (from["configMapRef"] ?? from["secretRef"])!["name"].Text()).ShouldBe(["revela-settings", "revela-secrets"], name);
            foreach (var variable in container["env"].Each()) environment[variable["name"].Text()] = variable["value"].Text();
            var options = OptionsReader.Read(environment, Path.Combine(Path.GetTempPath(), "none"));
            TimeSpan.FromSeconds(int.Parse(pod["terminationGracePeriodSeconds"].Text())).ShouldBeGreaterThan(options.Worker.StopGrace + TimeSpan.FromSeconds(10), name);
        }
        var text = Repository.Read($"{Folder}/settings.yaml");
        foreach (var secret in new[] { "REVELA_STORE_POSTGRES", "REVELA_S3_SECRET_KEY", "REVELA_BROKER_URL" })
        {
            settings.ContainsKey(secret).ShouldBeFalse("a secret is no setting");
            text.ShouldContain(secret);
        }
    }

    [Fact]
    public void Workers_are_scaled_by_a_number_that_the_server_tells()
    {
        var spec = One("ScaledObject", "revela-worker")["spec"]!;
        var target = One("Deployment", spec["scaleTargetRef"]!["name"].Text());
        target["spec"]!["replicas"].ShouldBeNull("two would own the number");
        var trigger = spec["triggers"].Each().Single();
        trigger["type"].Text().ShouldBe("metrics-api");
        trigger["metadata"].HasOnly("trigger", "url valueLocation targetValue authMode");
        trigger["authenticationRef"]!["name"].Text().ShouldBe(Of("TriggerAuthentication").Single()["metadata"]!["name"].Text());
        var url = new Uri(trigger["metadata"]!["url"].Text());
        url.Host.ShouldBe($"{One("Service", "revela-server")["metadata"]!["name"]}.{Kustomization["namespace"]}.svc");
        url.AbsolutePath.ShouldBe("/api/v1/stats");

        var stats = JsonSerializer.SerializeToNode(new StatsView("1", default, new QueueCounts(9, 1, 1, 1, 5, 1, 2, 1), true, [], [], 0, 0, new StatsLinks("")), Revela.Core.RevelaJson.Options);
        var found = trigger["metadata"]!["valueLocation"].Text().Split('.').Aggregate(stats, (node, name) => node![name]);
        found.ShouldNotBeNull().GetValue<long>().ShouldBe(3, "one runs; of five that wait, two do so for a time and one for a person");
    }
}
