using System.Text.RegularExpressions;
using Revela.App.Notifications;
using Shouldly;
using Xunit;

namespace Revela.Tests.House;

/// <summary>How pages are written: nothing inline, nothing unescaped, every form with its token, every word in both languages.</summary>
public sealed partial class PagesTests
{
    static IEnumerable<Leaf> Views => Repository.Leaves.Where(leaf => leaf.Path.EndsWith(".razor", StringComparison.Ordinal));

    static IEnumerable<Leaf> Scripts => Repository.Leaves.Where(leaf => leaf.Path.EndsWith(".js", StringComparison.Ordinal));

    [Fact]
    public void Views_hold_no_script_and_no_style() => Found(Views, Inline()).ShouldBeEmpty();

    [Fact]
    public void Views_send_no_text_unescaped() =>
        Found(Views.Where(view => view.Name != "PageFrame.razor"), Unescaped()).ShouldBeEmpty();

    [Fact]
    public void Scripts_make_no_markup_of_text() => Found(Scripts, MarkupOfText()).ShouldBeEmpty();

    [Fact]
    public void Only_one_form_posts_and_it_has_the_token() =>
        Found(Views, PostingForm()).ShouldHaveSingleItem().ShouldStartWith("src/Revela.App/Dashboard/Parts/PostForm.razor");

    [Fact]
    public void Whatever_a_page_says_is_among_the_words()
    {
        var texts = Views.Select(view => (view.Path, view.Text)).Concat(Repository.In("src/Revela.App/Dashboard").Select(source => (source.Path, Text: source.Syntax.ToFullString())));
        var missing = from file in texts
                      from said in Said().Matches(file.Text)
                      where !Words.Keys(Words.English).Contains(said.Groups[1].Value)
                      select $"{file.Path}: {said.Groups[1].Value}";
        missing.ShouldBeEmpty();
    }

    static IEnumerable<string> Found(IEnumerable<Leaf> leaves, Regex pattern) =>
        from leaf in leaves
        from found in pattern.Matches(leaf.Text)
        select $"{leaf.Path}: {found.Value}";

    [GeneratedRegex(@"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=|javascript:", RegexOptions.IgnoreCase)]
    private static partial Regex Inline();

    [GeneratedRegex(@"MarkupString|AddMarkupContent")]
    private static partial Regex Unescaped();

    [GeneratedRegex(@"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|https?://")]
    private static partial Regex MarkupOfText();

    [GeneratedRegex(@"<form[^>]*method=""post""", RegexOptions.IgnoreCase)]
    private static partial Regex PostingForm();

    [GeneratedRegex(@"\bSay\(""([^""{]+)""")]
    private static partial Regex Said();
}
