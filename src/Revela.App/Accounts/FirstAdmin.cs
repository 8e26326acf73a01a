using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Makes the first person of a new store, an administrator whose password stands in <c>admin.password</c> of the data folder, readable for the owner only.</summary>
public static class FirstAdmin
{
    public const string FileName = "admin.password";

    /// <summary>The email if the person was made now; null when the store has people or none is wanted.</summary>
    public static async Task<string?> Ensure(IUserStore users, UserBook book, RevelaOptions options, CancellationToken cancel)
    {
        if (options.Accounts.FirstAdmin.Length == 0 || (await users.List(tenant: null, cancel)).Count > 0) return null;
        var password = Passwords.New();
        var path = Path.Combine(options.Data, FileName);
        // Before the person is there, so that the password cannot be lost between the two.
        OwnerFile.Write(path, password);
        try
        {
            return (await book.Add(KeyRing.DefaultTenant, options.Accounts.FirstAdmin, name: null, password, Role.Admin, cancel)).Email;
        }
        catch (RevelaException refused) when (refused.Error.Code == ErrorCodes.EmailTaken)
        {
            // Another server of the same store was first.
            File.Delete(path);
            return null;
        }
    }
}
