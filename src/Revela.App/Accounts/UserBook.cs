using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Adds people and changes them, by the same rules wherever it is asked for.</summary>
public sealed class UserBook(IUserStore users, Passwords passwords, TimeProvider time)
{
    const int MaxName = 100;

    /// <exception cref="RevelaException"><c>invalid-request</c> with every mistake, or <c>email-taken</c>.</exception>
    public async Task<User> Add(string tenant, string? email, string? name, string? password, Role role, CancellationToken cancel)
    {
        var read = Emails.Read(email);
        Refuse(read is null ? "'email' must be an email address" : null, NameMistake(name), Passwords.Mistake(password, read ?? ""));
        var user = new User
        {
            Id = Ids.New(time),
            Email = read!,
            Name = name ?? read!,
            PasswordHash = await passwords.Hash(password!, cancel),
            Role = role,
            Tenant = tenant,
            CreatedAt = time.GetUtcNow(),
        };
        return await users.Add(user, cancel) ? user : throw new RevelaException(ErrorCodes.EmailTaken, $"There is a person with the email {user.Email} already.");
    }

    /// <summary>The person as changed; sessions end with a new password and when somebody is disabled.</summary>
    /// <exception cref="RevelaException"><c>invalid-request</c>, or <c>not-found</c> when the person went meanwhile.</exception>
    public async Task<User> Change(User user, string? name, string? password, Role? role, bool? disabled, CancellationToken cancel)
    {
        Refuse(NameMistake(name), password is null ? null : Passwords.Mistake(password, user.Email));
        var change = new UserChange
        {
            Name = name,
            PasswordHash = password is null ? null : await passwords.Hash(password, cancel),
            Role = role,
            Disabled = disabled,
        };
        return await users.Change(user.Id, change, cancel) ?? throw new RevelaException(ErrorCodes.NotFound, "There is no such person.");
    }

    static string? NameMistake(string? name) => name is null || name.Trim().Length > 0 && name.Length <= MaxName ? null : $"'name' must have 1 to {MaxName} characters";

    static void Refuse(params string?[] mistakes)
    {
        var made = mistakes.OfType<string>().ToArray();
        if (made.Length > 0) throw new RevelaException(ErrorCodes.InvalidRequest, string.Join("; ", made) + ".");
    }
}
