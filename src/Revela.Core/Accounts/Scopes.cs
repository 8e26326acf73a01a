namespace Revela.Core.Accounts;

/// <summary>What somebody may do; each implies nothing of the others, but <c>admin</c> all.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    Read = 1,
    Submit = 2,
    Work = 4,

    /// <summary>Run the queues: pause, resume, limit and clean them, and let quarantined inputs go.</summary>
    Operate = 16,
    Admin = 8 | Read | Submit | Work | Operate,
}

/// <summary>Scopes as people and clients spell them.</summary>
public static class ScopeNames
{
    static readonly Scopes[] Single = [Scopes.Read, Scopes.Submit, Scopes.Work, Scopes.Operate];

    /// <summary>Every name that can be granted.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Single.Append(Scopes.Admin).Select(Name)];

    /// <summary>The shortest list that says the same: <c>admin</c> stands for all.</summary>
    public static IReadOnlyList<string> Of(Scopes scopes) =>
        scopes == Scopes.Admin ? [Name(Scopes.Admin)] : [.. Single.Where(one => (scopes & one) != 0).Select(Name)];

    /// <summary>Null when one is no scope.</summary>
    public static Scopes? Parse(IEnumerable<string> names)
    {
        var all = Scopes.None;
        foreach (var name in names)
        {
            if (!All.Contains(name)) return null;
            all |= Enum.Parse<Scopes>(name, ignoreCase: true);
        }
        return all;
    }

    public static string Name(Scopes one) => one.ToString().ToLowerInvariant();
}
