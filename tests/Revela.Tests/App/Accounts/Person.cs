using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Shouldly;

namespace Revela.Tests.App.Accounts;

/// <summary>Somebody with an email and a password on a server, and the ways in which they come in.</summary>
sealed class Person(LiveServer live, User user, string password)
{
    public Guid Id => user.Id;
    public string Email => user.Email;
    public string Password => password;

    public static async Task<Person> Add(LiveServer live, Role role = Role.Viewer, string tenant = KeyRing.DefaultTenant)
    {
        var password = Passwords.New();
        var user = await live.Part<UserBook>().Add(tenant, $"{Guid.NewGuid():N}@example.com", "Ana", password, role, CancellationToken.None);
        return new Person(live, user, password);
    }

    public Task<HttpResponseMessage> Ask(string? attempt = null, bool cookie = false, string? origin = null)
    {
        var body = new JsonObject { ["email"] = Email, ["password"] = attempt ?? password, ["cookie"] = cookie };
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/session") { Content = LiveServer.JsonBody(body.ToJsonString()) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return live.Stranger.SendAsync(request);
    }

    /// <summary>A client that sends the token of a new session.</summary>
    public async Task<HttpClient> SignIn() => live.With((await Ask().ShouldBe(201))["token"]!.ToString());

    /// <summary>A client that keeps a new session's cookie as a browser does, and names the server's own origin.</summary>
    public async Task<HttpClient> SignInByCookie()
    {
        using var answer = await Ask(cookie: true, origin: Origin(live));
        await Task.FromResult(answer).ShouldBe(201);
        var client = live.With(null);
        client.DefaultRequestHeaders.Add("Cookie", answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        client.DefaultRequestHeaders.Add("Origin", Origin(live));
        return client;
    }

    public static string Origin(LiveServer live) => live.Address.GetLeftPart(UriPartial.Authority);
}
