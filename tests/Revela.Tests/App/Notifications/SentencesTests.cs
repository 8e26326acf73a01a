using System.Text.Json.Nodes;
using Revela.App.Notifications;
using Revela.App.Notifications.Said;
using Revela.Core.Pipelines;
using Revela.Imaging.Operations;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Notifications;

public sealed class SentencesTests
{
    [Theory]
    [InlineData("There is no such job.", "No existe ese trabajo.")]
    [InlineData("'keep_completed' must be at least 0; 'rate_limit' must be a whole number.", "«keep_completed» debe ser como mínimo 0; «rate_limit» debe ser un número entero.")]
    [InlineData("a password has 10 to 200 characters.", "una contraseña tiene de 10 a 200 caracteres.")]
    [InlineData("The image has 400,000,000 pixels; at most 300,000,000 are taken.", "La imagen tiene 400.000.000 píxeles; se aceptan 300.000.000 como mucho.")]
    [InlineData("step 2 (resize): there is no option \"widht\"; known are width, height; step 3 (crop): x and y go together.", "paso 2 (resize): no hay ninguna opción \"widht\"; las hay: width, height; paso 3 (crop): x e y van juntos.")]
    [InlineData("shop: step 1 (resize): width must be a whole number from 1 to 20000", "shop: paso 1 (resize): width debe ser un número entero de 1 a 20000")]
    [InlineData("The table has mistakes: row 2: 'categoria_id' must be a whole number; row 3: it has neither id nor nombre.", "La tabla tiene errores: fila 2: «categoria_id» debe ser un número entero; fila 3: no tiene id ni nombre.")]
    [InlineData("This image is refused since it has ended the decoder before (crashed): The process that decoded the image was killed by the system (SIGKILL).",
        "Esta imagen se rechaza porque ya terminó con el decodificador (crashed): El proceso que decodificaba la imagen fue matado por el sistema (SIGKILL).")]
    public void What_is_said_in_English_is_said_in_Spanish_with_its_facts(string english, string spanish)
    {
        Sentences.In(Words.Spanish, english).ShouldBe(spanish);
        Sentences.In(Words.English, english).ShouldBe(english);
    }

    [Theory]
    [InlineData("The moon is full.")]
    [InlineData("'a' must be a whole number; the moon is full.")]
    [InlineData("There is no such moon.")]
    [InlineData("")]
    public void What_there_are_no_words_for_in_whole_is_not_said_in_part(string english) => Sentences.In(Words.Spanish, english).ShouldBeNull();

    [Fact]
    public void Facts_may_hold_whatever_somebody_wrote()
    {
        Sentences.In(Words.Spanish, "There is a budget '{name}' {0}' already.").ShouldBe("Ya hay un presupuesto «{name}' {0}».");
        Sentences.In(Words.Spanish, string.Concat(Enumerable.Repeat("a: ", 10_000))).ShouldBeNull();
        Sentences.In(Words.Spanish, string.Concat(Enumerable.Repeat("a: b; ", 300))).ShouldBeNull();
    }

    [Fact]
    public void Each_sentence_has_the_same_facts_in_both_languages()
    {
        foreach (var key in Words.Keys(Words.English).Where(key => key.StartsWith("said.", StringComparison.Ordinal)))
            Facts(Words.Spanish, key).ShouldBe(Facts(Words.English, key), ignoreOrder: true, key);

        static string[] Facts(string language, string key) => [.. Words.Find(language, key)!.Split('{', '}').Where((_, i) => i % 2 == 1)];
    }

    [Fact]
    public void Whatever_can_be_wrong_with_an_option_is_said_in_Spanish()
    {
        var operations = new OperationCatalog();
        foreach (var operation in operations.All)
        {
            var wrong = new JsonObject { ["no-such"] = 1 };
            foreach (var (option, _) in operation.Schema["properties"]!.AsObject()) wrong[option] = new JsonObject { ["no"] = "value" };
            foreach (var options in (JsonObject[])[wrong, []])
            {
                var mistakes = new List<string>();
                operations.Normalise(new Step(operation.Name, options), mistakes);
                foreach (var mistake in mistakes) Sentences.In(Words.Spanish, mistake).ShouldNotBeNull(mistake);
            }
        }
    }
}
