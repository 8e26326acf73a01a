using System.Security.Cryptography;
using Revela.Core;
using Revela.Core.Assets;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Flow;

public sealed class IntakeTests
{
    [Fact]
    public async Task What_is_taken_in_is_there_with_its_hash_and_its_size()
    {
        await using var spine = await Spine.Open();
        var photo = Spine.Photo();

        var asset = await spine.Upload(photo);

        (asset.Bytes, asset.ContentType, asset.Width, asset.Height).ShouldBe((photo.Length, "image/png", 1, 1));
        asset.Sha256.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(photo)));
        (await spine.Store.Assets.Get(Spine.Tenant, asset.Id, default)).ShouldBe(asset);
        await using var stored = (await spine.Store.Objects.Open(asset.ObjectKey, default))!;
        using var bytes = new MemoryStream();
        await stored.CopyToAsync(bytes);
        bytes.ToArray().ShouldBe(photo);
    }

    [Theory]
    [InlineData("", ErrorCodes.EmptyInput)]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>", ErrorCodes.UnsupportedFormat)]
    [InlineData("just words", ErrorCodes.UnsupportedFormat)]
    public async Task What_is_not_an_image_is_refused_and_leaves_nothing(string text, string code)
    {
        await using var spine = await Spine.Open();

        var refusal = await Should.ThrowAsync<RevelaException>(() => spine.Upload(System.Text.Encoding.UTF8.GetBytes(text)));

        refusal.Error.Code.ShouldBe(code);
        (await spine.ObjectKeysIn(ObjectKeys.Originals)).ShouldBeEmpty();
        Directory.EnumerateFiles(spine.Store.Objects.Scratch).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_or_a_picture_that_is_too_large_is_refused()
    {
        await using var small = await Spine.Open(limits: new ImageLimits { MaxBytes = 50 });
        (await Should.ThrowAsync<RevelaException>(() => small.Upload())).Error.Code.ShouldBe(ErrorCodes.TooLarge);

        await using var tiny = await Spine.Open(limits: new ImageLimits { MaxPixels = 0 });
        (await Should.ThrowAsync<RevelaException>(() => tiny.Upload())).Error.Code.ShouldBe(ErrorCodes.TooManyPixels);
    }

    [Theory]
    [InlineData("../../etc/passwd", "passwd")]
    [InlineData("C:\\photos\\cat.png", "cat.png")]
    [InlineData("line\nbreak.png", "linebreak.png")]
    [InlineData("   ", null)]
    public async Task A_name_is_for_people_and_never_a_path(string given, string? kept)
    {
        await using var spine = await Spine.Open();

        var asset = await spine.Intake.Accept(Spine.Tenant, new MemoryStream(Spine.Photo()), given, default);

        asset.FileName.ShouldBe(kept);
        asset.ObjectKey.ShouldNotContain("passwd");
    }
}
