using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Revela.App.Links;
using Revela.App.Notifications;
using Revela.Core.Notices;

namespace Revela.App.Api.Views;

/// <summary>Something that somebody is told, in their language.</summary>
/// <param name="Kind">Stable, for programs; such as <c>cutout.completed</c>.</param>
/// <param name="Link">Where the result is, if there is one.</param>
/// <param name="Data">What the words speak of; for programs.</param>
public sealed record NotificationView(
    Guid Id, string Kind, string Title, string Body,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] NotificationLink? Link,
    JsonObject? Data, DateTimeOffset CreatedAt,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] DateTimeOffset? ReadAt)
{
    public static NotificationView Of(Notice notice, string language, Linker links)
    {
        var data = (JsonObject?)notice.Data?.DeepClone() ?? [];
        if (data["error"] is { } code) data["reason"] = Words.Reason(language, code.ToString());
        string? Say(string part) => Words.Find(language, $"{notice.Kind}.{part}", data);
        var link = Say("link") is { } text && data["path"] is { } path ? new NotificationLink(text, links.At(path.ToString())) : null;
        return new NotificationView(notice.Id, notice.Kind, Say("title") ?? notice.Kind, Say("body") ?? "", link, notice.Data, notice.CreatedAt, notice.ReadAt);
    }
}

/// <param name="Url">Needs a key or a session, like any other address.</param>
public sealed record NotificationLink(string Text, string Url);

/// <summary>A page of notifications, newest first.</summary>
/// <param name="Unread">Of all there are, not of this page.</param>
/// <param name="Next">Cursor of the next page; null on the last.</param>
public sealed record NotificationPage(
    long Unread, IReadOnlyList<NotificationView> Notifications, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);
