using Revela.App.Pipelines;
using Revela.Core;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Pipelines;

/// <summary>The file of pipelines while the program runs: changed one by one, read again, and never lost by a mistake.</summary>
public sealed class PipelineBookTests : IDisposable
{
    const string File = """
        # Ours.

        # For the shop.
        shop:
          queue: bulk    # after the others
          steps: [strip]

        # The last one.
        print:
          steps:
            - { op: resize, width: 10 }
        # The end.
        """;

    readonly string folder = Directory.CreateTempSubdirectory("revela-pipelines-").FullName;

    string Path => System.IO.Path.Combine(folder, "pipelines.yaml");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_pipeline_is_added_changed_renamed_and_taken_out_and_all_else_stays_as_it_was_written()
    {
        var book = Open(File);
        book.Find("shop").ShouldBe("shop:\n  queue: bulk    # after the others\n  steps: [strip]\n");
        book.Save(null, "web:\n  steps: [grayscale]\n", book.Read().Version).Name.ShouldBe("web");
        book.Catalog.Get("web").Steps[0].Op.ShouldBe("grayscale");
        book.Save("shop", "store:\n  steps: [flip]\n", book.Read().Version);
        book.Catalog.Find("shop").ShouldBeNull();
        Text().ShouldBe("""
            # Ours.

            # For the shop.
            store:
              steps: [flip]

            # The last one.
            print:
              steps:
                - { op: resize, width: 10 }
            # The end.

            web:
              steps: [grayscale]

            """.ReplaceLineEndings("\n"));
        book.Remove("web", book.Read().Version);
        book.Catalog.Get("web").Steps.Count.ShouldBe(3, "the built-in one holds again");
        book.Remove("store", book.Read().Version);
        book.Remove("print", book.Read().Version);
        Text().ShouldBe("# Ours.\n\n# The end.\n");
        Should.Throw<RevelaException>(() => book.Remove("print", book.Read().Version)).Error.Code.ShouldBe("not-found");
    }

    [Fact]
    public void What_is_wrong_changes_nothing()
    {
        var book = Open(File);
        var version = book.Read().Version;
        foreach (var (replaced, text, code) in ((string?, string, string)[])
        [
            ("shop", "shop:\n  steps: [no-such]\n", "invalid-pipeline"), ("shop", "a: { steps: [strip] }\nb: { steps: [strip] }\n", "invalid-pipeline"),
            ("shop", "print:\n  steps: [strip]\n", "wrong-state"), (null, "print:\n  steps: [strip]\n", "wrong-state"), ("shop", "", "invalid-pipeline"), ("shop", "][", "invalid-pipeline"),
        ])
            Should.Throw<RevelaException>(() => book.Save(replaced, text, version)).Error.Code.ShouldBe(code, text);
        Should.Throw<RevelaException>(() => book.Save("shop", "shop:\n  steps: [strip]\n", "another")).Error.Code.ShouldBe("wrong-state");
        Text().ShouldBe(File.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_file_that_is_changed_by_hand_is_read_again_and_its_mistakes_leave_what_holds()
    {
        var book = Open("");
        book.Refresh().ShouldBeFalse();
        var before = book.Catalog.All;
        System.IO.File.WriteAllText(Path, "mine:\n  steps: [strip]\n");
        book.Refresh().ShouldBeTrue();
        (book.Catalog.Find("mine"), book.Trouble).ShouldBe((book.Catalog.Get("mine"), null));
        book.Catalog.All.ShouldNotBeSameAs(before);
        System.IO.File.WriteAllText(Path, "mine:\n  steps: [no-such-operation]\n");
        book.Refresh().ShouldBeTrue();
        book.Trouble!.ShouldStartWith("pipelines.yaml:2: mine: step 1 (no-such-operation)");
        book.Catalog.Get("mine").Steps[0].Op.ShouldBe("strip");
        // A change from the page mends it.
        book.Save("mine", "mine:\n  steps: [flip]\n", book.Read().Version);
        book.Trouble.ShouldBeNull();
        System.IO.File.Delete(Path);
        book.Refresh().ShouldBeTrue();
        book.Catalog.Find("mine").ShouldBeNull();
    }

    [Theory]
    [InlineData("{ a: { steps: [strip] } }")]
    [InlineData("  a:\n    steps: [strip]\n")]
    public void A_file_that_is_not_written_in_blocks_is_left_alone(string text)
    {
        var book = Open(text);
        book.Catalog.Find("a").ShouldNotBeNull();
        Should.Throw<RevelaException>(() => book.Save(null, "b:\n  steps: [strip]\n", book.Read().Version)).Error.Code.ShouldBe("wrong-state");
        Text().ShouldBe(text);
    }

    PipelineBook Open(string text)
    {
        if (text.Length > 0) System.IO.File.WriteAllText(Path, text.ReplaceLineEndings("\n"));
        return PipelineBook.Open(Path, new OperationCatalog(), loaded => loaded);
    }

    string Text() => System.IO.File.ReadAllText(Path);
}
