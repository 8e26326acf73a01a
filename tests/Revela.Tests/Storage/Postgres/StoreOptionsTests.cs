using Revela.Storage;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Postgres;

/// <summary>How a database is named in the settings.</summary>
public sealed class StoreOptionsTests
{
    [Theory]
    [InlineData("Host=db;Database=revela;Username=revela;Password=secret")]
    [InlineData("Host=/var/run/postgresql;Username=revela")]
    [InlineData("postgresql://revela:se%2Fcret@db.example.com:6432/pictures?sslmode=verify-full&connect_timeout=5")]
    [InlineData("postgres://revela@db")]
    public void Both_ways_to_write_it_are_taken(string text) => new StoreOptions { Postgres = text }.Mistakes().ShouldBeEmpty();

    [Theory]
    [InlineData("secret")]
    [InlineData("Database=revela")]
    [InlineData("Host=db;Passwort=secret")]
    [InlineData("mysql://revela:secret@db/revela")]
    [InlineData("postgresql://revela:secret@db/revela?nonsense=1")]
    [InlineData("postgresql://revela:secret@db/revela?sslmode=perhaps")]
    [InlineData("Host=db;Port=secret")]
    public void Anything_else_is_a_mistake_that_is_told_without_the_text(string text) =>
        new StoreOptions { Postgres = text }.Mistakes().ShouldHaveSingleItem().ShouldNotContain("secret");

    [Fact]
    public void It_is_never_printed() => new StoreOptions { Postgres = "Host=db;Password=secret" }.ToString().ShouldNotContain("secret");
}
