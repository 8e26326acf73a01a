using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Imaging.Header;
using Revela.Providers;
using Revela.Providers.Cloudinary;
using Revela.Providers.Fakes;
using Revela.Tests.App;
using Shouldly;
using Xunit;

namespace Revela.Tests.Providers;

/// <summary>The contract with Cloudinary: signatures by their published vectors, and the real client against a server that checks them.</summary>
public sealed class CloudinaryTests
{
    // From Cloudinary's documentation and the tests of its .NET SDK.
    const string Secret = "hdcixPpR2iKERPwqvH6sHdK9cyac";
    static readonly KeyValuePair<string, string>[] Login = [new("cloud_name", "dn6ot3ged"), new("timestamp", "1568810420"), new("username", "user@cloudinary.com")];

    [Fact]
    public void Signatures_are_those_that_were_published()
    {
        KeyValuePair<string, string>[] eager = [new("timestamp", "1315060510"), new("public_id", "sample_image"), new("eager", "w_400,h_300,c_pad|w_260,h_200,c_crop"), new("tags", "")];
        CloudinarySignature.Of(eager, "abcd", sha256: false).ShouldBe("bfd09f95f331f558cbd1320e67aa8d488770583e");
        CloudinarySignature.Of(Login, Secret, sha256: false).ShouldBe("14c00ba6d0dfdedbc86b316847d95b9e6cd46d94");
        CloudinarySignature.Of(Login, Secret).ShouldBe("45ddaa4fa01f0c2826f32f669d2e4514faf275fe6df053f1a150e7beae58a3bd");
    }

    [Fact]
    public void No_value_smuggles_a_parameter_in_by_version_2()
    {
        KeyValuePair<string, string>[] smuggling = [new("cloud_name", "dn6ot3ged"), new("timestamp", "1568810420"), new("notification_url", "https://fake.com/callback?a=1&tags=hello,world")];
        KeyValuePair<string, string>[] honest = [new("cloud_name", "dn6ot3ged"), new("timestamp", "1568810420"), new("notification_url", "https://fake.com/callback?a=1"), new("tags", "hello,world")];
        CloudinarySignature.Of(smuggling, Secret, version: 1).ShouldBe(CloudinarySignature.Of(honest, Secret, version: 1));
        CloudinarySignature.Of(smuggling, Secret).ShouldNotBe(CloudinarySignature.Of(honest, Secret));
        CloudinarySignature.Of(smuggling, Secret, sha256: false).ShouldBe("4fdf465dd89451cc1ed8ec5b3e314e8a51695704");
    }

    [Fact]
    public async Task A_picture_is_published_byte_for_byte_under_its_name_and_replaced_by_the_next()
    {
        await using var bench = await Bench.Open();
        var picture = Pictures.New(64, 48);
        var made = (await bench.Publish(new JsonObject { ["to"] = "articles/{id}" }, new JsonObject { ["id"] = 12 }, picture)).Made();
        made.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(picture)));
        var told = made.Data!["publish"]!["notes"]!;
        (told["public_id"]!.ToString(), told["version"]!.ToString()).ShouldBe(("articles/12", "1"));
        told["url"]!.ToString().ShouldEndWith("/v1/articles/12");

        (await Version(bench, overwrite: true)).ShouldBe("2");
        (await Version(bench, overwrite: false)).ShouldBe("2");
        bench.Leftovers.ShouldBeEmpty();
    }

    [Fact]
    public async Task Names_that_are_none_are_refused_before_anything_is_sent()
    {
        await using var bench = await Bench.Open();
        foreach (var name in (string[])["a/../b", "/a", "a//b", "a?b", "a\nb", new string('a', 256), "{id}"])
            (await bench.Publish(new JsonObject { ["to"] = name })).Error().Code.ShouldBe(ErrorCodes.OperationFailed, name);
        bench.Fakes.Cloudinary.Calls.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Trouble.BadKey, ErrorCodes.Misconfigured, "cloudinary.secret", false)]
    [InlineData(Trouble.UnknownModel, ErrorCodes.Misconfigured, "cloudinary.cloud", false)]
    [InlineData(Trouble.BadRequest, ErrorCodes.OperationFailed, "Invalid image file", false)]
    [InlineData(Trouble.NoPicture, ErrorCodes.ServiceFailed, "has not what it should", true)]
    [InlineData(Trouble.Nonsense, ErrorCodes.ServiceFailed, "not signed", true)]
    public async Task Each_kind_of_no_has_its_code_and_its_words(Trouble trouble, string code, string word, bool retryable)
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Cloudinary.Meet(trouble);
        var error = (await bench.Publish([])).Error();
        (error.Code, error.Retryable).ShouldBe((code, retryable));
        error.Message.ShouldContain(word);
    }

    [Fact]
    public async Task Too_many_calls_and_failures_are_waited_out_and_an_answer_that_is_lost_is_asked_for_again()
    {
        await using var bench = await Bench.Open();
        bench.Fakes.Cloudinary.Meet(Trouble.RateLimitWithDelay, Trouble.ServerError);
        (await bench.Publish([])).Made();
        bench.Fakes.Cloudinary.Calls.Count.ShouldBe(3);
        bench.Fakes.Cloudinary.Meet(Trouble.Cut);
        (await Should.ThrowAsync<OutageException>(() => bench.Publish([]))).Error.Code.ShouldBe(ErrorCodes.ServiceUnavailable);
        (await bench.Publish([])).Made();
    }

    [Fact]
    public async Task What_is_taken_away_may_be_away_already_and_a_wrong_secret_is_told()
    {
        await using var fakes = await FakeServices.Start(0, new HeaderReader(), TimeProvider.System, default);
        await using var clients = new ServiceCollection().AddServiceClients().BuildServiceProvider();
        var options = new ProviderOptions(new(), new(), new(), new(), new()).SentTo(fakes).Cloudinary;
        CloudinaryClient With(CloudinaryOptions changed) => new(clients.GetRequiredService<IHttpClientFactory>(), changed, TimeProvider.System);
        for (var i = 0; i < 2; i++) (await With(options).Destroy("nothing", default)).ShouldBeOfType<ServiceAnswer.Empty>();
        (await With(options with { Secret = "wrong" }).Destroy("nothing", default)).ShouldBeOfType<ServiceAnswer.Misconfigured>().Setting.ShouldBe("cloudinary.secret");
        (await new CloudinaryPublish(With(options)).Check(default)).ShouldContain("taken");
    }

    static async Task<string> Version(Bench bench, bool overwrite) =>
        (await bench.Publish(new JsonObject { ["to"] = "articles/12", ["overwrite"] = overwrite })).Made().Data!["publish"]!["notes"]!["version"]!.ToString();
}
