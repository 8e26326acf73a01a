using System.Net;
using System.Text.RegularExpressions;
using Revela.Core.Accounts;
using Revela.Core.Pipelines;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>The editor of pipelines, without its script: form and text follow each other, mistakes are told with their lines, and what is saved holds.</summary>
public sealed partial class EditorTests : IAsyncLifetime
{
    const string Edit = "/pipelines/edit";

    LiveServer live = null!;

    public async Task InitializeAsync() => live = await LiveServer.Start();

    public async Task DisposeAsync() => await live.DisposeAsync();

    [Fact]
    public async Task A_pipeline_is_put_together_by_its_form_saved_changed_and_deleted()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/pipelines/new");
        browser.Html.ShouldContain("there must be 1 to 50 steps");
        await browser.Send(Edit, Fields(browser, "add", ("name", "shop"), ("op", "resize")));
        await browser.Send(Edit, Fields(browser, "add", ("name", "shop"), ("op", "strip"), ("step-0-width", "120"), ("step-0-as", "large")));
        await browser.Send(Edit, Fields(browser, "up-1", ("name", "shop"), ("description", "For the shop"), ("priority", "-3")));
        Yaml(browser).ShouldBe("shop:\n  description: For the shop\n  priority: -3\n  steps:\n    - strip\n    - { op: resize, as: large, width: 120 }\n");
        await browser.Send(Edit, Fields(browser, "save"));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, browser.Html);
        (await browser.Load("/pipelines")).ShouldContain("shop holds from now on.");
        var kept = live.Part<PipelineCatalog>().Get("shop");
        (kept.Priority, kept.Steps.Count, kept.Steps[1].As).ShouldBe((-3, 2, "large"));
        (await live.Develop(Pictures.New(240, 100), "shop"))["outputs"]![0]!["width"]!.GetValue<int>().ShouldBe(120);

        await browser.Load("/pipelines/shop");
        await browser.Send(Edit, Fields(browser, "remove-0"));
        await browser.Send(Edit, Fields(browser, "save"));
        live.Part<PipelineCatalog>().Get("shop").Steps.Single().Op.ShouldBe("resize");
        await browser.Load("/pipelines/shop");
        (await browser.Do("/pipelines/shop/delete", ("version", Hidden(browser, "version")))).ShouldContain("shop is gone.");
        live.Part<PipelineCatalog>().Find("shop").ShouldBeNull();
        (await browser.Load("/audit?action=pipeline.save")).ShouldContain("shop");
    }

    [Fact]
    public async Task Every_mistake_is_told_with_its_line_and_nothing_is_saved()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/pipelines/new");
        const string text = "Shop:\n  colour: red\n  steps:\n    - { op: resize, width: much }\n    - no-such\n";
        await browser.Send(Edit, Fields(browser, "save", ("yaml", text)));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var line in (int[])[1, 2, 4, 5]) browser.Html.ShouldContain($"data-line=\"{line}\"");
        Yaml(browser).ShouldBe(text);
        await browser.Send(Edit, Fields(browser, "draft", ("yaml", "shop: [")));
        browser.Html.ShouldContain("this is not YAML");
        await browser.Send(Edit, Fields(browser, "draft", ("yaml", "a:\n  steps: [strip]\nb:\n  steps: [strip]\n")));
        browser.Html.ShouldContain("there must be one pipeline");
        const string hostile = "</textarea><script>alert(1)</script>";
        await browser.Send(Edit, Fields(browser, "draft", ("yaml", $"a:\n  description: {hostile}\n  steps: [strip]\n")));
        browser.Raw.ShouldNotContain("<script>alert");
        live.Part<PipelineCatalog>().Find("a").ShouldBeNull();
    }

    [Fact]
    public async Task The_text_keeps_its_comments_for_as_long_as_the_form_says_the_same()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/pipelines/cutout");
        const string text = "cutout:\n  # Ours is faster.\n  steps:\n    - { engine: classic, op: remove-background }   # no model\n";
        await browser.Send(Edit, Fields(browser, "save", ("yaml", text)));
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther, browser.Html);
        await browser.Load("/pipelines/cutout");
        Yaml(browser).ShouldBe(text);
        await browser.Send(Edit, Fields(browser, "draft"));
        Yaml(browser).ShouldBe(text);
        await browser.Send(Edit, Fields(browser, "draft", ("step-0-instead", "onnx"), ("step-0-only_mask", "true")));
        Yaml(browser).ShouldBe("cutout:\n  steps:\n    - { op: remove-background, engines: [classic, onnx], only_mask: true }\n");
        await browser.Load("/pipelines/cutout");
        (await browser.Do("/pipelines/cutout/delete", ("version", Hidden(browser, "version")))).ShouldContain("The built-in cutout holds again.");
    }

    [Fact]
    public async Task A_draft_is_tried_on_a_picture_before_it_is_saved()
    {
        var kept = await live.Post("/api/v1/assets", LiveServer.Form().File(Pictures.New(200, 100), "sample.png")).ShouldBe(201);
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/pipelines/new?from=thumbnail");
        await browser.Send(Edit, Fields(browser, "try", ("sample", kept["id"]!.ToString()), ("step-0-size", "40")));
        var job = Hidden(browser, "tried");
        (await live.Ended(job))["outputs"]![0]!["width"]!.GetValue<int>().ShouldBe(40);
        (await browser.Load($"/pipelines/new?tried={job}")).ShouldContain("data-compare");
        live.Part<PipelineCatalog>().Find("thumbnail-2").ShouldBeNull();
    }

    [Fact]
    public async Task What_somebody_else_saved_meanwhile_is_not_overwritten_and_only_the_house_may_change()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        await browser.Load("/pipelines/web");
        var fields = Fields(browser, "save", ("description", "Mine"));
        await File.WriteAllTextAsync(Path.Combine(live.Data, "pipelines.yaml"), "other:\n  steps: [strip]\n");
        (await browser.Send(Edit, fields)).ShouldContain("load the page again");
        browser.Answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);

        using var @operator = await Browser.SignedIn(live, Role.Operator);
        (await @operator.Load("/pipelines")).ShouldNotContain("href=\"/pipelines/web\"");
        using var other = await Browser.SignedIn(live, Role.Admin, tenant: "shop");
        (await other.Load("/pipelines")).ShouldNotContain("href=\"/pipelines/web\"");
        foreach (var stranger in (Browser[])[@operator, other])
        {
            await stranger.Send(Edit, fields);
            stranger.Answer.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task Every_pipeline_can_be_opened_and_reads_as_it_is()
    {
        using var browser = await Browser.SignedIn(live, Role.Admin);
        foreach (var pipeline in live.Part<PipelineCatalog>().All)
        {
            await browser.Load($"/pipelines/{pipeline.Name}");
            var before = Yaml(browser);
            await browser.Send(Edit, Fields(browser, "draft"));
            Yaml(browser).ShouldBe(before);
            browser.Html.ShouldContain("No mistakes.", Case.Sensitive, pipeline.Name);
        }
    }

    // As a browser sends the form of the loaded page, with some fields changed.
    static (string, string)[] Fields(Browser browser, string order, params (string Name, string Value)[] changed)
    {
        var form = FormOf().Match(browser.Raw).Value;
        var fields = new List<(string Name, string Value)> { ("do", order), ("yaml", Yaml(browser)) };
        foreach (Match input in Input().Matches(form))
        {
            var (tag, name) = (input.Value, Attribute(input.Value, "name"));
            if (name is null or "token" || Attribute(tag, "type") is "checkbox" or "radio" && !tag.Contains(" checked", StringComparison.Ordinal)) continue;
            fields.Add((name, Attribute(tag, "value") ?? ""));
        }
        foreach (Match select in Select().Matches(form))
            if (Chosen().Match(select.Value) is { Success: true } chosen) fields.Add((select.Groups[1].Value, WebUtility.HtmlDecode(chosen.Groups[1].Value)));
        foreach (Match area in Area().Matches(form)) if (area.Groups[1].Value != "yaml") fields.Add((area.Groups[1].Value, WebUtility.HtmlDecode(area.Groups[2].Value)));
        fields.RemoveAll(field => changed.Any(one => one.Name == field.Name));
        return [.. fields, .. changed];
    }

    static string Yaml(Browser browser) => WebUtility.HtmlDecode(Area().Matches(browser.Raw).Single(area => area.Groups[1].Value == "yaml").Groups[2].Value);

    static string Hidden(Browser browser, string name) => Attribute(Input().Matches(browser.Raw).First(input => Attribute(input.Value, "name") == name).Value, "value")!;

    static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $"\\s{name}=\"([^\"]*)\"") is { Success: true } found ? WebUtility.HtmlDecode(found.Groups[1].Value) : null;

    [GeneratedRegex(@"<form method=""post"" action=""/pipelines/edit"".*?</form>", RegexOptions.Singleline)]
    private static partial Regex FormOf();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex(@"<select name=""([^""]+)""[^>]*>.*?</select>", RegexOptions.Singleline)]
    private static partial Regex Select();

    [GeneratedRegex(@"<option value=""([^""]*)"" selected")]
    private static partial Regex Chosen();

    [GeneratedRegex(@"<textarea[^>]*\sname=""([^""]+)""[^>]*>(.*?)</textarea>", RegexOptions.Singleline)]
    private static partial Regex Area();
}
