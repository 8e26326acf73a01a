using System.Text.Json.Serialization;
using Revela.Core;
using Revela.Providers.Line;

namespace Revela.Providers.Firestore;

/// <summary>How Firestore is reached: as a service account, or at an emulator that asks for none.</summary>
public sealed record FirestoreOptions
{
    public string Endpoint { get; init; } = "https://firestore.googleapis.com";

    /// <summary>Address of an emulator, such as <c>127.0.0.1:8080</c>; nobody signs in there.</summary>
    public string? Emulator { get; init; }

    /// <summary>The project; that of the service account when absent.</summary>
    public string? Project { get; init; }

    /// <summary>The service account's key file, as JSON.</summary>
    [JsonConverter(typeof(HiddenText))]
    public string? ServiceAccount { get; init; }

    /// <summary>A file with it, instead of <c>service_account</c>; read anew when it is needed.</summary>
    public string? ServiceAccountFile { get; init; }

    /// <summary>Longest time of one call.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether documents are watched there at all.</summary>
    public bool IsOn => (Emulator ?? ServiceAccount ?? ServiceAccountFile) is not null;

    /// <summary>Null when there is none that can be read.</summary>
    public ServiceAccount? ReadAccount() => ServiceKey.Read(ServiceAccount, ServiceAccountFile) is { } json ? Firestore.ServiceAccount.Parse(json) : null;

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (!ServiceKey.IsAddress(Endpoint)) yield return "firestore.endpoint must be an address like https://firestore.googleapis.com.";
        if (Emulator is not null && !ServiceKey.IsAddress($"http://{Emulator}")) yield return "firestore.emulator must be a host and a port, like 127.0.0.1:8080.";
        if (Emulator is not null && Project is null) yield return "firestore.project must name a project for the emulator.";
        if (ServiceAccount is not null && ServiceAccountFile is not null) yield return "firestore.service_account and firestore.service_account_file are two places for one key.";
        if (ServiceAccountFile is not null && !File.Exists(ServiceAccountFile)) yield return $"firestore.service_account_file is '{ServiceAccountFile}', which is not there.";
        else if ((ServiceAccount ?? ServiceAccountFile) is not null && ReadAccount() is null) yield return "firestore.service_account is not the key file of a service account.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(10)) yield return "firestore.timeout must be between 1 second and 10 minutes.";
    }

    // What a log or an exception may print.
    bool PrintMembers(System.Text.StringBuilder text)
    {
        text.Append("Endpoint = ").Append(Endpoint).Append(", Emulator = ").Append(Emulator).Append(", Project = ").Append(Project);
        return true;
    }
}
