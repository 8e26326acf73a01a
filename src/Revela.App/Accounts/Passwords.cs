using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Accounts;

/// <summary>Hashes and compares passwords, few at a time: each costs the work that makes guessing slow.</summary>
public sealed class Passwords
{
    public const int MaxLength = 200;
    const int MinLength = 10;
    const int AtATime = 2;
    const int MaxWaiting = 50;

    /// <summary>Random bytes in the form of a hash, which no password leads to: comparing with it takes the time that comparing takes.</summary>
    public const string Nobodys = "AQAAAAIAAYagAAAAEN2j6gtx6LanhUwXiFoK520DyEReU5BcSQtNoSKUZ8hX/pPtIB9KxKVU1/8ALi8e/Q==";

    readonly PasswordHasher<Passwords> hasher = new();
    readonly SemaphoreSlim turns = new(AtATime);
    int waiting;

    /// <summary>One that nobody has to think of: 144 random bits.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(18));

    /// <summary>What is wrong with a password that somebody chose; null when it can be used.</summary>
    public static string? Mistake(string? password, string email) => password switch
    {
        null or { Length: < MinLength or > MaxLength } => $"a password has {MinLength} to {MaxLength} characters",
        _ when password.Trim().Equals(email, StringComparison.OrdinalIgnoreCase) => "a password must not be the email",
        _ when password.Distinct().Count() < 3 => "a password must not be one character again and again",
        _ => null,
    };

    public Task<string> Hash(string password, CancellationToken cancel) => InTurn(() => hasher.HashPassword(this, password), cancel);

    /// <summary>Whether the password is the one that was hashed. Without a hash it never is, and the answer takes the same time.</summary>
    public Task<PasswordVerificationResult> Compare(string? hash, string password, CancellationToken cancel) => InTurn(
        () =>
        {
            var result = hasher.VerifyHashedPassword(this, hash ?? Nobodys, password);
            return hash is null ? PasswordVerificationResult.Failed : result;
        },
        cancel);

    async Task<T> InTurn<T>(Func<T> work, CancellationToken cancel)
    {
        try
        {
            if (Interlocked.Increment(ref waiting) > MaxWaiting) throw new RevelaException(ErrorCodes.Busy, "Too many people are signing in at this moment.", retryable: true);
            await turns.WaitAsync(cancel);
            try
            {
                return work();
            }
            finally
            {
                turns.Release();
            }
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }
}
