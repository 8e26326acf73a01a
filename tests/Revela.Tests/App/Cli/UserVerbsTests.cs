using Revela.Core.Jobs;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Cli;

/// <summary>People from the command line, beside a running server.</summary>
[Collection(nameof(SharedServer))]
public sealed class UserVerbsTests(SharedServer shared)
{
    readonly LiveServer live = shared.Live;
    readonly string email = $"{Guid.NewGuid():N}@example.com";

    [Fact]
    public async Task People_are_added_changed_disabled_and_let_in_again()
    {
        (await Type("a good password\n", "add", email, "--role", "submitter", "--name", "Ana")).ExitCode.ShouldBe(0);
        await SignIn("a good password").ShouldBe(201);
        (await Type("", "list")).Lines.Single(line => line.StartsWith(email, StringComparison.Ordinal)).ShouldContain("submitter");

        (await Type("", "role", email, "operator")).ExitCode.ShouldBe(0);
        (await SignIn("a good password").ShouldBe(201))["scopes"]!.ToJsonString().ShouldBe("""["read","submit","operate"]""");

        var given = await Type("", "passwd", email, "--generate");
        await SignIn("a good password").ShouldBeProblem(401, ErrorCodes.SignInRefused);
        await SignIn(given.Out.Trim()).ShouldBe(201);

        (await Type("", "disable", email)).ExitCode.ShouldBe(0);
        await SignIn(given.Out.Trim()).ShouldBeProblem(401, ErrorCodes.SignInRefused);
        (await Type("", "enable", email)).ExitCode.ShouldBe(0);
        await SignIn(given.Out.Trim()).ShouldBe(201);

        var deeds = (await live.Get($"/api/v1/audit?actor={Environment.UserName}"))["entries"]!.AsArray().Select(entry => entry!["action"]!.ToString()).ToArray();
        foreach (var deed in new[] { "user.add", "user.role", "user.password", "user.disable", "user.enable" }) deeds.ShouldContain(deed);
    }

    [Fact]
    public async Task What_cannot_be_is_said()
    {
        (await Type("short\n", "add", email)).ExitCode.ShouldBe(1);
        (await Type("", "add", email)).Error.ShouldContain("10 to 200 characters");
        (await Type("a good password\n", "passwd", email)).Error.ShouldContain("there is nobody");
        (await Type("", "role", email, "king")).ExitCode.ShouldBe(2);
    }

    Task<Session> Type(string input, params string[] verb) => Session.Type(input, ["users", .. verb, "--data", live.Data]);

    Task<HttpResponseMessage> SignIn(string password) => live.Stranger.PostAsync("/api/v1/session", LiveServer.JsonBody($$"""{"email": "{{email}}", "password": "{{password}}"}"""));
}
