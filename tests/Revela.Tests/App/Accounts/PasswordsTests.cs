using Microsoft.AspNetCore.Identity;
using Revela.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Accounts;

/// <summary>Whether somebody is known cannot be told by how long an answer takes.</summary>
public sealed class PasswordsTests
{
    [Fact]
    public async Task A_password_of_nobody_is_compared_at_the_price_of_any_other_and_never_fits()
    {
        var passwords = new Passwords();
        Price(Passwords.Nobodys).ShouldBe(Price(await passwords.Hash("a password of somebody", default)));
        (await passwords.Compare(null, "a password of somebody", default)).ShouldBe(PasswordVerificationResult.Failed);
    }

    // The form of the hash, its function, how often that is applied, and the bytes of salt.
    static byte[] Price(string hash) => Convert.FromBase64String(hash)[..13];
}
