using Revela.Core.Accounts;

namespace Revela.App.Dashboard.People;

/// <summary>Roles as forms spell them.</summary>
static class RoleNames
{
    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Null when it is none.</summary>
    public static Role? Parse(string? text) => Enum.GetValues<Role>().Cast<Role?>().FirstOrDefault(role => Of(role!.Value) == text);
}
