using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Notifications;

/// <summary>Whom notifications are for: the person who is signed in, or the key that a program came with.</summary>
public static class Recipients
{
    /// <exception cref="RevelaException"><c>forbidden</c>: whoever holds a link is nobody in particular.</exception>
    public static Guid Recipient(this HttpContext http) =>
        http.Access().Actor.Id ?? throw new RevelaException(ErrorCodes.Forbidden, "A link has no notifications.");
}
