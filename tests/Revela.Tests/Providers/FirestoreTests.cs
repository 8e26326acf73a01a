using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Providers;
using Revela.Providers.Fakes;
using Revela.Providers.Firestore;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>The contract with Firestore: the real client against a server that speaks its format, signed in as a service account and at an emulator.</summary>
public sealed class FirestoreTests : IAsyncLifetime
{
    static readonly CancellationToken None = CancellationToken.None;
    readonly ServiceProvider clients = new ServiceCollection().AddServiceClients().BuildServiceProvider();
    readonly RSA key = RSA.Create(2048);
    FirestoreFake store = null!;
    FakeService service = null!;

    public async Task InitializeAsync() => (store, service) = await FirestoreFake.Start(0, TimeProvider.System, None);

    public async Task DisposeAsync()
    {
        await service.DisposeAsync();
        await clients.DisposeAsync();
        key.Dispose();
    }

    [Fact]
    public void An_assertion_has_the_shape_that_google_asks_for_and_a_signature_of_the_key()
    {
        var account = ServiceAccount.Parse(KeyFile())!;
        var now = new DateTimeOffset(2026, 11, 27, 6, 0, 0, TimeSpan.Zero);
        var parts = account.Assertion("https://www.googleapis.com/auth/datastore", now).Split('.');
        JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.ToJsonString().ShouldBe("""{"alg":"RS256","typ":"JWT"}""");
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        (claims["iss"]!.ToString(), claims["scope"]!.ToString(), claims["aud"]!.ToString()).ShouldBe(("worker@fake.iam.gserviceaccount.com", "https://www.googleapis.com/auth/datastore", $"{service.Address}token"));
        (claims["iat"]!.GetValue<long>(), claims["exp"]!.GetValue<long>()).ShouldBe((now.ToUnixTimeSeconds(), now.ToUnixTimeSeconds() + 3600));
        key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).ShouldBeTrue();
        account.ToString().ShouldNotContain("PRIVATE KEY");
    }

    [Fact]
    public void Values_are_spelled_by_their_type_and_read_as_they_were()
    {
        var value = JsonNode.Parse("""{"text":"a","whole":9007199254740993,"part":0.5,"yes":true,"no":null,"list":[1,"b",[]],"map":{"deep":{}}}""")!.AsObject();
        var written = FirestoreValues.WriteFields(value);
        written["whole"]!.ToJsonString().ShouldBe("""{"integerValue":"9007199254740993"}""");
        written["no"]!.ToJsonString().ShouldBe("""{"nullValue":null}""");
        written["list"]!["arrayValue"]!["values"]![2]!.ToJsonString().ShouldBe("""{"arrayValue":{}}""");
        written["map"]!["mapValue"]!["fields"]!["deep"]!.ToJsonString().ShouldBe("""{"mapValue":{}}""");
        FirestoreValues.ReadFields(written).ToJsonString().ShouldBe(value.ToJsonString());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Documents_are_found_by_a_field_and_nothing_is_found_where_nothing_is(bool atEmulator)
    {
        var client = Client(atEmulator ? AtEmulator : SignedIn);
        (await client.Find(new FirestoreQuery("characters", "visuals.status", ["upscaling"]), None)).ShouldBeEmpty();
        store.Put("characters", "12", Status("upscaling"));
        store.Put("characters", "13", Status("complete"));
        store.Put("others", "14", Status("upscaling"));
        var found = (await client.Find(new FirestoreQuery("characters", "visuals.status", ["removing-background", "upscaling"]), None)).ShouldHaveSingleItem();
        (found.Id, found.Fields["visuals"]!["status"]!.ToString()).ShouldBe(("12", "upscaling"));
        (await client.Get("characters", "12", None))!.UpdateTime.ShouldBe(found.UpdateTime);
        (await client.Get("characters", "nobody", None)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_documents_are_read_page_by_page_and_of_each_what_was_asked_for()
    {
        for (var i = 10; i < 15; i++) store.Put("characters", $"{i}", new JsonObject { ["visuals"] = new JsonObject { ["status"] = "upscaling", ["large"] = "x" }, ["name"] = $"n{i}" });
        var query = new FirestoreQuery("characters", "visuals.status", ["upscaling"]) { Fields = ["visuals.status", "name", "nothing.here"], Limit = 2 };
        var found = new List<FirestoreDocument>();
        for (IReadOnlyList<FirestoreDocument> page; (page = await Client(AtEmulator).Find(query, None)).Count > 0; query = query with { After = page[^1].Name }) found.AddRange(page);
        found.Select(document => document.Id).ShouldBe(["10", "11", "12", "13", "14"]);
        found[0].Fields.ToJsonString().ShouldBe("""{"visuals":{"status":"upscaling"},"name":"n10"}""");
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(412)]
    public async Task A_document_that_somebody_else_wrote_or_deleted_is_not_written_however_that_is_said(int status)
    {
        store.MismatchStatus = status;
        store.Put("characters", "12", Status("upscaling"));
        var client = Client(AtEmulator);
        var read = (await client.Get("characters", "12", None))!;
        store.Put("characters", "12", Status("removing-background"));
        var changes = new Dictionary<string, JsonNode?> { ["visuals.status"] = "complete" };
        (await client.Write(read, changes, None)).ShouldBeNull();
        (await client.Write(read with { Name = read.Name + "3" }, changes, None)).ShouldBeNull();
        store.Find("characters", "12")!.ToJsonString().ShouldBe(Status("removing-background").ToJsonString());
    }

    [Theory]
    [InlineData(Trouble.RateLimit)]
    [InlineData(Trouble.Cut)]
    public async Task Too_many_calls_and_an_answer_that_breaks_off_are_outages(Trouble trouble)
    {
        service.Meet(trouble);
        (await Should.ThrowAsync<OutageException>(() => Client(AtEmulator).Find(new FirestoreQuery("characters", "visuals.status", ["upscaling"]), None))).Error.Retryable.ShouldBeTrue();
    }

    [Fact]
    public async Task The_doctor_reads_nothing_of_anybodys_and_says_what_does_not_work()
    {
        (await Client(SignedIn).Check(None)).ShouldContain(FirestoreFake.Project);
        store.Believes = _ => false;
        (await Should.ThrowAsync<RevelaException>(() => Client(SignedIn).Check(None))).Message.ShouldContain("firestore.service_account");
        (await Should.ThrowAsync<InvalidOperationException>(() => Client(new FirestoreOptions()).Check(None))).Message.ShouldContain("firestore.service_account");
    }

    [Fact]
    public async Task Of_two_that_claim_a_document_one_gets_it_and_other_fields_stay()
    {
        store.Put("characters", "12", Status("upscaling"));
        var client = Client(AtEmulator);
        var read = (await client.Get("characters", "12", None))!;
        var lease = new Dictionary<string, JsonNode?> { ["visuals.lease.owner"] = "me" };
        var claimed = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => client.Write(read, lease, None)));
        claimed.Count(document => document is not null).ShouldBe(1);

        var mine = claimed.Single(document => document is not null)!;
        (await client.Write(mine, new Dictionary<string, JsonNode?> { ["visuals.status"] = "complete" }, None)).ShouldNotBeNull();
        store.Find("characters", "12")!.ToJsonString().ShouldBe("""{"visuals":{"status":"complete","lease":{"owner":"me"}}}""");
    }

    [Fact]
    public async Task A_token_is_fetched_once_and_a_key_that_is_not_taken_is_told()
    {
        var grants = 0;
        store.Believes = _ => Interlocked.Increment(ref grants) > 0;
        var client = Client(SignedIn);
        for (var i = 0; i < 3; i++) await client.Get("characters", "12", None);
        grants.ShouldBe(1);
        store.Believes = _ => false;
        var error = (await Should.ThrowAsync<RevelaException>(() => Client(SignedIn).Get("characters", "12", None))).Error;
        error.Code.ShouldBe(ErrorCodes.Misconfigured);
        error.Message.ShouldContain("firestore.service_account");
    }

    [Fact]
    public async Task A_service_that_fails_or_is_not_there_is_an_outage()
    {
        service.Meet(Trouble.ServerError);
        await Should.ThrowAsync<OutageException>(() => Client(AtEmulator).Get("characters", "12", None));
        await Should.ThrowAsync<OutageException>(() => Client(AtEmulator with { Emulator = "127.0.0.1:1" }).Get("characters", "12", None));
    }

    [Fact]
    public void What_cannot_be_an_account_is_told_at_the_start_and_never_printed()
    {
        new FirestoreOptions { ServiceAccount = "{}" }.Mistakes().ShouldHaveSingleItem().ShouldContain("firestore.service_account");
        new FirestoreOptions { Emulator = "127.0.0.1:8080" }.Mistakes().ShouldHaveSingleItem().ShouldContain("firestore.project");
        SignedIn.Mistakes().ShouldBeEmpty();
        SignedIn.ToString().ShouldNotContain("PRIVATE KEY");
        Client(new FirestoreOptions()).Missing!.ShouldContain("REVELA_FIRESTORE_SERVICE_ACCOUNT");
    }

    FirestoreOptions SignedIn => new() { Endpoint = service.Address.ToString(), ServiceAccount = KeyFile() };

    FirestoreOptions AtEmulator => new() { Emulator = $"127.0.0.1:{service.Address.Port}", Project = FirestoreFake.Project };

    FirestoreClient Client(FirestoreOptions options) => new(clients.GetRequiredService<IHttpClientFactory>(), options, TimeProvider.System);

    string KeyFile() => new JsonObject
    {
        ["type"] = "service_account",
        ["project_id"] = FirestoreFake.Project,
        ["client_email"] = "worker@fake.iam.gserviceaccount.com",
        ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
        ["token_uri"] = $"{service.Address}token",
    }.ToJsonString();

    static JsonObject Status(string status) => new() { ["visuals"] = new JsonObject { ["status"] = status } };
}
