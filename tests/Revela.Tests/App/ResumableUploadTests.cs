using Revela.App;
using Revela.Core.Flow;
using Revela.Core.Jobs;
using Revela.Tests.Storage.S3;
using Shouldly;
using Xunit;

namespace Revela.Tests.App;

/// <summary>Uploads in pieces where objects are files.</summary>
public sealed class ResumableUploadTests : ResumableUploadConformance
{
    protected override RevelaOptions Kept(RevelaOptions options) => options;

    [Fact]
    public async Task Another_server_of_the_same_store_goes_on_where_the_first_one_was()
    {
        var picture = Pictures.New(80, 60);
        var upload = await Begin(picture.Length);
        await Send(upload, 0, picture[..1000]).ShouldBe(204);
        await Live.Server.DisposeAsync();

        var second = await LiveServer.Start(data: Live.Data, key: Live.Key);
        try
        {
            await Send(upload, "1000", picture[1000..], client: second.Client).ShouldBe(204);
            (await second.Client.GetByteArrayAsync($"/api/v1/assets/{upload.Split('/')[^1]}/content")).ShouldBe(picture);
        }
        finally
        {
            await second.Server.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_upload_in_too_many_pieces_is_refused()
    {
        var picture = Pictures.New();
        var upload = await Begin(picture.Length);
        for (var at = 0; at < ResumableUploads.MostPieces; at++) await Send(upload, at, picture[at..(at + 1)]).ShouldBe(204);
        await Send(upload, ResumableUploads.MostPieces, picture[ResumableUploads.MostPieces..]).ShouldBeProblem(400, ErrorCodes.InvalidRequest);
        await Ask(HttpMethod.Delete, upload).ShouldBe(204);
    }
}

/// <summary>Uploads in pieces where objects are on S3.</summary>
[Collection(S3Tests.Name)]
public sealed class S3ResumableUploadTests(S3Server server) : ResumableUploadConformance
{
    protected override RevelaOptions Kept(RevelaOptions options) => options with { S3 = server.Options() };
}
