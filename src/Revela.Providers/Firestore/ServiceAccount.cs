using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Revela.Providers.Firestore;

/// <summary>A Google service account, as its key file has it: who signs in, and with which key.</summary>
public sealed record ServiceAccount(string Email, string ProjectId, string PrivateKey, string TokenUri)
{
    static readonly TimeSpan ValidFor = TimeSpan.FromHours(1);

    /// <summary>Null when the text is no key file.</summary>
    public static ServiceAccount? Parse(string json)
    {
        try
        {
            var file = JsonNode.Parse(json) as JsonObject;
            string? Text(string name) => file?[name]?.GetValueKind() == JsonValueKind.String ? file[name]!.GetValue<string>() : null;
            if (Text("client_email") is not { } email || Text("project_id") is not { } project || Text("private_key") is not { } key) return null;
            using var rsa = RSA.Create();
            rsa.ImportFromPem(key);
            return new ServiceAccount(email, project, key, Text("token_uri") ?? "https://oauth2.googleapis.com/token");
        }
        catch (Exception e) when (e is JsonException or ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>A signed word that it is this account who asks (RFC 7523; RS256), good for an hour.</summary>
    /// <param name="scope">What for, such as <c>https://www.googleapis.com/auth/datastore</c>.</param>
    public string Assertion(string scope, DateTimeOffset now)
    {
        var claims = new JsonObject
        {
            ["iss"] = Email,
            ["scope"] = scope,
            ["aud"] = TokenUri,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = (now + ValidFor).ToUnixTimeSeconds(),
        };
        var signed = $"{Base64Url("""{"alg":"RS256","typ":"JWT"}""")}.{Base64Url(claims.ToJsonString())}";
        using var rsa = RSA.Create();
        rsa.ImportFromPem(PrivateKey);
        return $"{signed}.{Base64Url(rsa.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))}";
    }

    static string Base64Url(string text) => Base64Url(Encoding.UTF8.GetBytes(text));

    static string Base64Url(byte[] bytes) => System.Buffers.Text.Base64Url.EncodeToString(bytes);

    // What a log or an exception may print.
    bool PrintMembers(StringBuilder text)
    {
        text.Append("Email = ").Append(Email).Append(", ProjectId = ").Append(ProjectId);
        return true;
    }
}
