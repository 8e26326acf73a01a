namespace Revela.Core.Accounts;

/// <summary>What a person is to the house; each may do what those before it may.</summary>
public enum Role
{
    Viewer,
    Submitter,
    Operator,
    Admin,
}

public static class Roles
{
    public static Scopes Scopes(this Role role) => role switch
    {
        Role.Viewer => Accounts.Scopes.Read,
        Role.Submitter => Accounts.Scopes.Read | Accounts.Scopes.Submit,
        Role.Operator => Accounts.Scopes.Read | Accounts.Scopes.Submit | Accounts.Scopes.Operate,
        Role.Admin => Accounts.Scopes.Admin,
        _ => Accounts.Scopes.None,
    };
}
