using Revela.Core.Assets;
using Revela.Providers.ClipDrop;
using Revela.Providers.Cloudinary;
using Revela.Providers.Firestore;
using Revela.Providers.Gemini;
using Revela.Providers.Rembg;

namespace Revela.Providers.Fakes;

/// <summary>A fake of every service, for whoever wants to try the product without keys.</summary>
public sealed class FakeServices : IAsyncDisposable
{
    /// <summary>What the fakes are given for a key.</summary>
    public const string Key = "fake";

    FakeServices(FakeService clipDrop, FakeService gemini, FakeService rembg, FakeService cloudinary, (FirestoreFake Store, FakeService Service) firestore)
    {
        (ClipDrop, Gemini, Rembg, Cloudinary) = (clipDrop, gemini, rembg, cloudinary);
        (Documents, Firestore) = firestore;
    }

    public FakeService ClipDrop { get; }
    public FakeService Gemini { get; }
    public FakeService Rembg { get; }
    public FakeService Cloudinary { get; }
    public FakeService Firestore { get; }

    /// <summary>What Firestore holds.</summary>
    public FirestoreFake Documents { get; }

    /// <param name="port">Of the first; the others take the next ones. 0 for free ones.</param>
    public static async Task<FakeServices> Start(int port, IHeaderReader headers, TimeProvider time, CancellationToken cancel)
    {
        int Nth(int n) => port == 0 ? 0 : port + n;
        return new FakeServices(
            await ClipDropFake.Start(Nth(0), headers, time, cancel),
            await GeminiFake.Start(Nth(1), headers, time, cancel),
            await RembgFake.Start(Nth(2), headers, time, cancel),
            await CloudinaryFake.Start(Nth(3), headers, time, cancel),
            await FirestoreFake.Start(Nth(4), time, cancel));
    }

    public async ValueTask DisposeAsync()
    {
        await ClipDrop.DisposeAsync();
        await Gemini.DisposeAsync();
        await Rembg.DisposeAsync();
        await Cloudinary.DisposeAsync();
        await Firestore.DisposeAsync();
    }
}
