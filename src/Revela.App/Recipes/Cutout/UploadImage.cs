using Microsoft.AspNetCore.Mvc;
using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Api.OpenApi;
using Revela.App.Links;
using Revela.App.Uploads;
using Revela.Core;

namespace Revela.App.Recipes.Cutout;

/// <summary>POST /images/: one more image for the gallery.</summary>
public static class UploadImage
{
    const int MaxTitle = 255;

    [EndpointSummary("Upload an image to the gallery")]
    [Takes(typeof(ImageForm), "multipart/form-data")]
    [ProducesResponseType<ImageAnswer>(201)]
    [Refuses(400, 413, 415, 422, 503)]
    public static async Task<IResult> Handle(HttpContext http, UploadReader uploads, Gallery gallery, CancellationToken cancel)
    {
        await using var upload = await uploads.Read(http, "image", cancel);
        if (upload.Received.Count != 1) throw Refusals.Invalid("Send one image as 'image'.");
        var fields = new FieldReader(upload.Fields, upload.IsForm);
        var title = fields.Text("title", MaxTitle) ?? upload.Received[0].FileName ?? "Imagen";
        fields.Refuse();
        var image = await gallery.AddUploaded(http.Tenant(), upload.Received[0], title, cancel);
        upload.Keep();
        return TypedResults.Json(new ImageAnswer(true, await gallery.View(image, Linker.For(http), cancel)), RevelaJson.Options, statusCode: 201);
    }
}
