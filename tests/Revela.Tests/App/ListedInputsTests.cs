using Revela.App.Uploads;
using Revela.Core;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Lists of pictures, as people and spreadsheets write them.</summary>
public sealed class ListedInputsTests
{
    const string Id = "019aa0c3-7f1e-7c52-9d1c-2b1f6f0a4e11";

    [Theory]
    [InlineData("https://a.example/1.jpg\nhttps://a.example/2.jpg\n")]
    [InlineData("url\r\nhttps://a.example/1.jpg\r\n\r\nhttps://a.example/2.jpg")]
    [InlineData("\uFEFFname,URL\n,https://a.example/1.jpg\n,\"https://a.example/2.jpg\"\n")]
    public void A_line_a_picture_with_a_header_or_without(string text) =>
        ListedInputs.Read(text, 10).ShouldBe([new ListedInput("https://a.example/1.jpg", null, null), new ListedInput("https://a.example/2.jpg", null, null)]);

    [Fact]
    public void Ids_names_and_quotes_are_read()
    {
        var read = ListedInputs.Read($"asset_id,url,name\n{Id},,\n,https://a.example/x?a=1,\"Red, \"\"large\"\".jpg\"\n", 10);
        read.ShouldBe([new ListedInput(Id, Guid.Parse(Id), null), new ListedInput("https://a.example/x?a=1", null, "Red, \"large\".jpg")]);
    }

    [Fact]
    public void A_list_that_is_too_long_is_refused() => Should.Throw<RevelaException>(() => ListedInputs.Read("a\nb\nc\n", 2)).Message.ShouldContain("more than 2");

    [Theory]
    [InlineData("")]
    [InlineData("url\n")]
    [InlineData("\n\n,,\n")]
    public void An_empty_list_is_empty(string text) => ListedInputs.Read(text, 10).ShouldBeEmpty();
}
