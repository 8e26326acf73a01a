using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Revela.Journeys.Window;

/// <summary>Pictures on their way into a page.</summary>
static class Files
{
    /// <summary>As the system does when somebody lets files go over the page.</summary>
    public static async Task Drop(IPage page, params (string Name, byte[] Bytes)[] files)
    {
        var sent = new JsonArray([.. files.Select(file => new JsonObject { ["name"] = file.Name, ["bytes"] = Convert.ToBase64String(file.Bytes) })]);
        await page.EvaluateAsync(
            """
            text => {
              const dataTransfer = new DataTransfer();
              for (const { name, bytes } of JSON.parse(text)) dataTransfer.items.add(new File([Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0))], name, { type: 'image/png' }));
              document.querySelector('main').dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
            }
            """,
            sent.ToJsonString());
    }
}
