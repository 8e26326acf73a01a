using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App;
using Revela.Core;
using Revela.Storage.Objects.S3;
using Revela.Tests.App.Accounts;
using Revela.Tests.App.Cli;
using Revela.Tests.Storage.Postgres;
using Revela.Tests.Storage.S3;
using Shouldly;
using Xunit;
using Role = Revela.Core.Accounts.Role;

namespace Revela.Tests.App;

/// <summary>Several servers and their verbs on one PostgreSQL database and one S3 storage: choosing them is a setting, and nothing else changes.</summary>
[Collection(S3Tests.Name)]
public sealed class FleetTests(S3Server storage) : IAsyncLifetime
{
    string database = "";
    S3Options buckets = new();
    string connection = "";

    public async Task InitializeAsync()
    {
        var postgres = await PostgresServer.Get();
        buckets = storage.Options();
        database = await postgres.CreateDatabase();
        connection = postgres.ConnectionString(database);
    }

    public async Task DisposeAsync() => await (await PostgresServer.Get()).DropDatabase(database);

    [SkippableFact]
    public async Task What_one_server_took_in_another_develops_and_any_answers_for_it()
    {
        await using var door = await Start(works: false);
        await using var other = await Start(works: true, door.Key);
        var job = await door.Develop(Pictures.New(40, 30), "thumbnail");
        job["state"]!.ToString().ShouldBe("completed");

        var seen = await other.Get($"/api/v1/jobs/{job["id"]}");
        seen["outputs"]![0]!["asset_id"]!.ToString().ShouldBe(job["outputs"]![0]!["asset_id"]!.ToString());
        await other.Sees(job["id"]!.ToString(), "job.completed");

        // The link is signed by one server and opened, without a key, at the other.
        var link = new Uri(job["outputs"]![0]!["url"]!.ToString());
        using var picture = await other.Stranger.GetAsync(link.PathAndQuery);
        picture.EnsureSuccessStatusCode();
        (await picture.Content.ReadAsByteArrayAsync()).Length.ShouldBe(job["outputs"]![0]!["bytes"]!.GetValue<int>());
    }

    [SkippableFact]
    public async Task Events_of_one_server_are_streamed_by_another_while_they_happen()
    {
        await using var door = await Start(works: false);
        await using var other = await Start(works: true, door.Key);
        await LiveServer.Json(await door.Client.PostAsync("/api/v1/queues/default/pause", null));
        var waiting = await LiveServer.Json(await door.Post("/api/v1/jobs", LiveServer.Form(("pipeline", "grayscale")).File(Pictures.New(20, 20))));
        var ends = door.Sees(waiting["id"]!.ToString(), "job.completed");
        await LiveServer.Json(await other.Client.PostAsync("/api/v1/queues/default/resume", null));
        await ends.WaitAsync(TimeSpan.FromSeconds(LiveServer.Patience));
    }

    [SkippableFact]
    public async Task A_person_who_signed_in_at_one_server_is_known_and_told_at_another_until_they_sign_out()
    {
        await using var door = await Start(works: false);
        await using var other = await Start(works: true, door.Key);
        var ana = await Person.Add(door, Role.Submitter);
        var token = (await ana.Ask().ShouldBe(201))["token"]!.ToString();
        using var here = door.With(token);
        using var there = other.With(token);

        var image = await here.PostAsync("/images/", LiveServer.Form(("title", "Gato")).File(Pictures.Disc(), field: "image")).ShouldBe(201);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(100), TimeProvider.System);
        await using var told = door.Events("/api/v1/notifications/stream?lang=es", "0", here).GetAsyncEnumerator(limit.Token);
        await there.PostAsync($"/images/{image["image"]!["uuid"]}/remove-bg/", null).ShouldBe(200);
        (await told.MoveNextAsync().AsTask().WaitAsync(limit.Token)).ShouldBeTrue();
        JsonNode.Parse(told.Current.Data)!["title"]!.ToString().ShouldBe("Fondo removido");
        (await there.GetAsync("/api/v1/notifications").ShouldBe(200))["unread"]!.GetValue<int>().ShouldBe(1);

        await here.DeleteAsync("/api/v1/session").ShouldBe(204);
        await LiveServer.Becomes(there, HttpMethod.Get, "/api/v1/session", System.Net.HttpStatusCode.Unauthorized);
    }

    [SkippableFact]
    public async Task Verbs_that_look_into_the_store_look_into_the_one_that_the_settings_name()
    {
        await using var server = await Start(works: true);
        (await server.Develop(Pictures.New(40, 30), "web"))["state"]!.ToString().ShouldBe("completed");
        var elsewhere = Directory.CreateTempSubdirectory("revela-fleet-").FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, OptionsReader.FileName), Settings());

        var added = await Session.Run("keys", "add", "reader", "--scope", "read", "--data", elsewhere);
        added.ExitCode.ShouldBe(0, added.Error);
        var listed = await Session.Run("queues", "list", "--server", server.Address.ToString(), "--key", added.Out.Trim());
        listed.Out.ShouldContain("default");
        var verified = await Session.Run("verify", "--data", elsewhere, "--orphan-age", "0");
        verified.ExitCode.ShouldBe(0, verified.Out);
        verified.Out.ShouldContain("1 jobs accepted, 1 completed");
        File.Exists(Path.Combine(elsewhere, "revela.db")).ShouldBeFalse("the embedded database is not used");
        Directory.Delete(elsewhere, recursive: true);
    }

    [SkippableFact]
    public async Task A_worker_that_the_database_refuses_says_why_and_ends()
    {
        var folder = Directory.CreateTempSubdirectory("revela-fleet-").FullName;
        connection = connection.Replace(database, "nowhere", StringComparison.Ordinal) + ";Password=not-to-be-seen";
        await File.WriteAllTextAsync(Path.Combine(folder, OptionsReader.FileName), Settings());
        var session = await Session.Run("work", "--data", folder);
        session.ShouldBe(new Session(1, "", "revela: The database refuses the connection: database \"nowhere\" does not exist. (store-unavailable)\n"));
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task The_doctor_names_the_database_and_prints_no_password()
    {
        var folder = Directory.CreateTempSubdirectory("revela-fleet-").FullName;
        connection += ";Password=not-to-be-seen";
        await File.WriteAllTextAsync(Path.Combine(folder, OptionsReader.FileName), Settings());
        var session = await Session.Run("doctor", "--data", folder);
        session.Out.ShouldContain($"ok      store: can be written in database {database} of ");
        session.Out.ShouldContain($"ok      objects: can be written at {buckets.Endpoint}");
        session.Out.ShouldNotContain("not-to-be-seen");
        session.Out.ShouldNotContain(buckets.SecretKey!);
        Directory.Delete(folder, recursive: true);
    }

    [SkippableFact]
    public async Task A_data_folder_is_moved_by_a_verb_and_its_key_opens_the_new_servers()
    {
        var old = await LiveServer.Start();
        var done = await old.Develop(Pictures.New(40, 30), "web");
        var elsewhere = Directory.CreateTempSubdirectory("revela-fleet-").FullName;
        await File.WriteAllTextAsync(Path.Combine(elsewhere, OptionsReader.FileName), Settings());
        string[] verb = ["migrate", "--from", old.Data, "--data", elsewhere];
        (await Session.Run(verb)).Error.ShouldContain("stop it first");
        await old.Server.DisposeAsync();

        var moved = await Session.Run(verb);
        moved.ExitCode.ShouldBe(0, moved.Error);
        moved.Out.ShouldStartWith("1 jobs, 2 assets, 2 objects proven by their hash, in database ");
        (await Session.Run("verify", "--data", elsewhere, "--orphan-age", "0")).ExitCode.ShouldBe(0);
        await using var server = await Start(works: true, old.Key);
        (await server.Get($"/api/v1/jobs/{done["id"]}"))["state"]!.ToString().ShouldBe("completed");
        (await server.Develop(Pictures.New(40, 30), "web"))["state"]!.ToString().ShouldBe("completed");
        Directory.Delete(elsewhere, recursive: true);
        Directory.Delete(old.Data, recursive: true);
    }

    Task<LiveServer> Start(bool works, string? key = null) => LiveServer.Start(
        options => options with { Store = options.Store with { Postgres = connection }, S3 = buckets, Worker = options.Worker with { Enabled = works } }, key: key);

    string Settings()
    {
        var text = JsonSerializer.SerializeToNode(buckets, RevelaJson.Options)!.AsObject();
        text.Remove("is_amazon");
        text["secret_key"] = buckets.SecretKey;
        return new JsonObject { ["store"] = new JsonObject { ["postgres"] = connection }, ["s3"] = text }.ToJsonString();
    }
}
