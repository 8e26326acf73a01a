using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Vips;

/// <summary>
/// Follows the evaluation of images: reports whole percents and stops it on cancel. Watch each image that starts an evaluation
/// (the one given to a saver, the one copied to memory) before it starts; dispose after it ended.
/// </summary>
public sealed unsafe class VipsWatch : IDisposable
{
    readonly List<VipsImage> images = [];
    readonly Action<int>? report;
    readonly CancellationToken cancel;
    readonly CancellationTokenRegistration registration;
    readonly GCHandle self;
    int last = -1;

    /// <param name="report">Called on libvips' threads, with 0–100, only when the number changed.</param>
    public VipsWatch(Action<int>? report, CancellationToken cancel)
    {
        (this.report, this.cancel) = (report, cancel);
        self = GCHandle.Alloc(this);
        registration = cancel.Register(KillAll);
    }

    public void Add(VipsImage image)
    {
        VipsNative.g_signal_connect_data(image.DangerousGetHandle(), "eval", &OnEval, GCHandle.ToIntPtr(self), 0, 0);
        VipsNative.vips_image_set_progress(image, 1);
        lock (images) images.Add(image.Share());
        if (cancel.IsCancellationRequested) KillAll();
    }

    public void Dispose()
    {
        registration.Dispose();
        lock (images)
        {
            // The handler must not be called with a dead handle by an image that outlives the watch.
            foreach (var image in images)
            {
                VipsNative.vips_image_set_progress(image, 0);
                VipsNative.g_signal_handlers_disconnect_matched(image.DangerousGetHandle(), MatchData, 0, 0, 0, 0, GCHandle.ToIntPtr(self));
                image.Dispose();
            }
            images.Clear();
        }
        self.Free();
    }

    const int MatchData = 1 << 4;

    void KillAll()
    {
        lock (images)
            foreach (var image in images) image.Kill();
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    static void OnEval(nint image, VipsProgressData* progress, nint data)
    {
        if (GCHandle.FromIntPtr(data).Target is not VipsWatch watch || progress is null) return;
        if (watch.cancel.IsCancellationRequested) watch.KillAll();
        var percent = progress->Percent;
        if (Interlocked.Exchange(ref watch.last, percent) == percent) return;
        try
        {
            watch.report?.Invoke(percent);
        }
        catch (Exception)
        {
            // An exception must not pass through libvips' frames: it would end the process. Nobody waits for a percent.
        }
    }
}
