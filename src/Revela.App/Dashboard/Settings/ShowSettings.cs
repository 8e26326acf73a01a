using System.Text.Json;
using System.Text.Json.Nodes;
using Revela.App.Api.Health;
using Revela.Core;

namespace Revela.App.Dashboard.Settings;

/// <summary>GET /settings: whether all works, and the settings that hold, without secrets.</summary>
public static class ShowSettings
{
    static readonly string Version = typeof(ShowSettings).Assembly.GetName().Version?.ToString(3) ?? "0";
    static readonly JsonSerializerOptions Written = new(RevelaJson.Options) { IgnoreReadOnlyProperties = true };

    public static async Task<IResult> Handle(ReadinessProbe probe, RevelaOptions options, CancellationToken cancel)
    {
        var all = JsonSerializer.SerializeToNode(options, Written)!.AsObject();
        var groups = all.Where(setting => setting.Value is JsonObject).Select(setting => new SettingGroup(setting.Key, Lines(setting.Value!.AsObject())));
        var loose = new SettingGroup("server", [.. all.Where(setting => setting.Value is not JsonObject).Select(setting => (setting.Key, Text(setting.Value)))]);
        return Page.Of<SettingsScreen, SettingsContents>(new SettingsContents(Version, await probe.Check(cancel), [loose, .. groups]));
    }

    static IReadOnlyList<(string, string)> Lines(JsonObject group) => [.. group.Select(setting => (setting.Key, Text(setting.Value)))];

    static string Text(JsonNode? value) => value is JsonArray list ? string.Join(", ", list) : value?.ToString() ?? "";
}

public sealed record SettingsContents(string Version, Readiness Readiness, IReadOnlyList<SettingGroup> Groups);

public sealed record SettingGroup(string Name, IReadOnlyList<(string Name, string Value)> Settings);
