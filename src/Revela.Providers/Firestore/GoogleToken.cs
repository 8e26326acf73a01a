using System.Net;

namespace Revela.Providers.Firestore;

/// <summary>Access tokens of a service account, each used until shortly before it ends.</summary>
sealed class GoogleToken(IHttpClientFactory clients, FirestoreOptions options, string scope, TimeProvider time) : IDisposable
{
    // What every emulator takes for its owner.
    const string AtEmulator = "owner";
    static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    readonly SemaphoreSlim one = new(1, 1);
    string? token;
    DateTimeOffset until;

    public async Task<string> Get(CancellationToken cancel)
    {
        if (options.Emulator is not null) return AtEmulator;
        await one.WaitAsync(cancel);
        try
        {
            if (token is null || time.GetUtcNow() >= until) await Fetch(cancel);
            return token!;
        }
        finally
        {
            one.Release();
        }
    }

    async Task Fetch(CancellationToken cancel)
    {
        var account = options.ReadAccount() ?? throw GoogleCalls.Refused(HttpStatusCode.Unauthorized, null, "firestore.service_account");
        using var request = new HttpRequestMessage(HttpMethod.Post, account.TokenUri)
        {
            Content = new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", account.Assertion(scope, time.GetUtcNow()))]),
        };
        var (status, reply) = await GoogleCalls.Send(clients, request, options.Timeout, time, cancel);
        if (status != HttpStatusCode.OK || reply?["access_token"] is not { } found) throw GoogleCalls.Refused(status, reply, "firestore.service_account");
        token = found.ToString();
        until = time.GetUtcNow() + TimeSpan.FromSeconds(reply["expires_in"]?.GetValue<double>() ?? 0) - Early;
    }

    public void Dispose() => one.Dispose();
}
