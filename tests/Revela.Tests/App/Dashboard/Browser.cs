using System.Net;
using System.Text.RegularExpressions;
using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Tests.App.Accounts;
using Shouldly;

namespace Revela.Tests.App.Dashboard;

/// <summary>A browser without scripts: keeps cookies, names its origin, sends the forms of the page it has.</summary>
sealed partial class Browser : IDisposable
{
    readonly HttpClient http;

    Browser(LiveServer live)
    {
        http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = live.Address, Timeout = TimeSpan.FromMinutes(2) };
        http.DefaultRequestHeaders.Add("Origin", Person.Origin(live));
        http.DefaultRequestHeaders.Add("Accept", "text/html");
    }

    /// <summary>The page that was loaded last.</summary>
    public string Html { get; private set; } = "";

    /// <summary>The same as it was sent, with what is escaped left so.</summary>
    public string Raw { get; private set; } = "";

    public HttpResponseMessage Answer { get; private set; } = new();

    /// <summary>Of the forms in the loaded page.</summary>
    public string FormToken => Token().Match(Html).Groups[1].Value;

    public static Browser Of(LiveServer live) => new(live);

    public static async Task<Browser> SignedIn(LiveServer live, Role role = Role.Viewer, string tenant = KeyRing.DefaultTenant)
    {
        var (person, browser) = (await Person.Add(live, role, tenant), new Browser(live));
        await browser.Load("/sign-in");
        await browser.Send("/sign-in", ("email", person.Email), ("password", person.Password));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, browser.Html);
        return browser;
    }

    public Task<string> Load(string path) => Keep(http.GetAsync(path));

    /// <summary>As an open page asks for its contents again.</summary>
    public Task<string> LoadPart(string path, string part = "1")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Revela-Part", part);
        return Keep(http.SendAsync(request));
    }

    /// <summary>Sends fields to an address with the token of the loaded page, and loads the page that the answer leads to.</summary>
    public async Task<string> Do(string address, params (string Name, string Value)[] fields)
    {
        await Send(address, fields);
        Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, Html);
        return await Load(Answer.Headers.Location!.ToString());
    }

    public Task<string> Send(string address, params (string Name, string Value)[] fields) =>
        SendWith(FormToken, address, fields);

    public Task<string> SendWith(string token, string address, params (string Name, string Value)[] fields) =>
        Keep(http.PostAsync(address, Form(token, fields)));

    /// <summary>What a form is answered with, where that is a file.</summary>
    public async Task<byte[]> Bytes(string address, params (string Name, string Value)[] fields)
    {
        var answer = await http.PostAsync(address, Form(FormToken, fields));
        answer.Content.Headers.ContentDisposition!.DispositionType.ShouldBe("attachment");
        return await answer.Content.ReadAsByteArrayAsync();
    }

    static FormUrlEncodedContent Form(string token, (string Name, string Value)[] fields) =>
        new(fields.Prepend(("token", token)).Select(field => KeyValuePair.Create(field.Item1, field.Item2)));

    public void Dispose() => http.Dispose();

    async Task<string> Keep(Task<HttpResponseMessage> asked)
    {
        Answer = await asked;
        Raw = await Answer.Content.ReadAsStringAsync();
        return Html = WebUtility.HtmlDecode(Raw);
    }

    [GeneratedRegex(@"name=""token"" value=""([^""]+)""")]
    private static partial Regex Token();
}
