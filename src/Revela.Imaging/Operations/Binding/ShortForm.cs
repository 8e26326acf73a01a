using System.Text;
using System.Text.Json.Nodes;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Core.Pipelines;

namespace Revela.Imaging.Operations.Binding;

/// <summary>
/// Steps as people type them: <c>resize:width=200,height=200</c>. A value that holds a comma is quoted: <c>watermark:text="Hello, you"</c>;
/// inside quotes a backslash takes the next character as it is. <c>engine=…</c> names who does the step.
/// </summary>
static class ShortForm
{
    /// <exception cref="RevelaException"><c>unknown-operation</c> or <c>invalid-options</c>.</exception>
    public static Step Parse(string text, Func<string, Operation?> find)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var name = (colon < 0 ? text : text[..colon]).Trim();
        var operation = find(name) ?? throw new RevelaException(ErrorCodes.UnknownOperation, $"There is no operation '{name}'.");

        var options = new JsonObject();
        string? engine = null;
        foreach (var pair in colon < 0 ? [] : Split(text[(colon + 1)..]))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new RevelaException(ErrorCodes.InvalidOptions, $"{name}: '{pair}' is not of the form option=value.");
            var option = pair[..equals].Trim().Replace('-', '_');
            if (option == "engine") engine = pair[(equals + 1)..];
            else options[option] = OptionsBinder.Coerce(operation.OptionsType, option, pair[(equals + 1)..]);
        }
        return new Step(name, options, engine);
    }

    static IEnumerable<string> Split(string text)
    {
        var part = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quoted && c == '\\' && i + 1 < text.Length) part.Append(text[++i]);
            else if (c == '"') quoted = !quoted;
            else if (c == ',' && !quoted)
            {
                yield return part.ToString();
                part.Clear();
            }
            else part.Append(c);
        }
        if (part.Length > 0) yield return part.ToString();
    }
}
