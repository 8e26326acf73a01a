using Revela.App;
using Revela.Core;
using Revela.Core.Jobs;
using Revela.Tests.Storage.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Direct uploads where objects are files: the link leads to the server itself.</summary>
public sealed class DirectUploadTests : DirectUploadConformance
{
    protected override RevelaOptions Kept(RevelaOptions options) => options;

    [Fact]
    public async Task The_link_leads_to_this_server_and_holds_for_its_very_request()
    {
        var picture = Pictures.New();
        var upload = await Announce(picture.Length);
        var url = upload["url"]!.ToString();
        url.ShouldStartWith(Live.Address.ToString());
        await Send(upload, picture, url.Replace("bytes=", "bytes=1", StringComparison.Ordinal)).ShouldBeProblem(403, ErrorCodes.Forbidden);
        await Live.Stranger.PutAsync(url.Split('?')[0], new ByteArrayContent(picture)).ShouldBeProblem(401, ErrorCodes.Unauthorized);
        await Live.Stranger.PostAsync(url.Replace("?", "/finish?", StringComparison.Ordinal), null).ShouldBeProblem(401, ErrorCodes.Unauthorized);

        await Send(upload, picture).ShouldBe(204);
        await Send(upload, picture).ShouldBe(204);
        await Finish(upload).ShouldBe(200);
        await Send(upload, picture).ShouldBeProblem(409, ErrorCodes.WrongState);
    }

    [Fact]
    public async Task An_id_that_was_not_made_lately_takes_no_bytes()
    {
        foreach (var id in new[] { Guid.Empty, Guid.AllBitsSet, Guid.NewGuid(), Guid.CreateVersion7(TimeProvider.System.GetUtcNow().AddHours(-2)) })
        {
            await Put(id).ShouldBeProblem(404, ErrorCodes.NotFound);
            await Live.Post($"/api/v1/assets/uploads/{id}/finish", null).ShouldBeProblem(404, ErrorCodes.NotFound);
        }
        await Put(Ids.New(TimeProvider.System)).ShouldBe(204);

        Task<HttpResponseMessage> Put(Guid id) => Live.Client.PutAsync($"/api/v1/assets/uploads/{id}", new ByteArrayContent(Pictures.New()));
    }
}

/// <summary>Direct uploads where objects are on S3: the link leads to the storage, which refuses by itself what was not announced.</summary>
[Collection(S3Tests.Name)]
public sealed class S3DirectUploadTests(S3Server server) : DirectUploadConformance
{
    protected override RevelaOptions Kept(RevelaOptions options) => options with { S3 = server.Options() };

    [SkippableFact]
    public async Task The_link_leads_to_the_storage() => (await Announce(1000))["url"]!.ToString().ShouldContain("X-Amz-Signature=");
}
