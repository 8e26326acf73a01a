using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Onnx;

/// <summary>A loaded ONNX Runtime. It says nothing on standard error and reports nothing to its makers; loaded once, it stays until the process ends.</summary>
public sealed unsafe class OnnxRuntime
{
    const int LogFatalOnly = 4;

    readonly OnnxHandle environment;

    OnnxRuntime(string file, nint library)
    {
        (File, Api) = (file, new OnnxApi(library));
        nint created;
        fixed (byte* name = "revela\0"u8) Api.Check(Api.CreateEnv(LogFatalOnly, name, &created));
        environment = new OnnxHandle(created, Api.ReleaseEnv);
        Api.Check(Api.DisableTelemetryEvents(created));
        Providers = ReadProviders();
    }

    /// <summary>The file that was loaded, as it was named.</summary>
    public string File { get; }

    /// <summary>Such as <c>1.30.0</c>.</summary>
    public string Version => Api.Release;

    /// <summary>Execution providers that this build has, best first, such as <c>CPUExecutionProvider</c>.</summary>
    public IReadOnlyList<string> Providers { get; }

    /// <summary>The provider that sessions run on: Revela adds no other to a session.</summary>
    public string Provider => "CPUExecutionProvider";

    internal OnnxApi Api { get; }

    internal nint Environment => environment.Raw;

    /// <param name="file">A path, or a bare name for the system's loader to find.</param>
    /// <returns>Null when there is no such library.</returns>
    /// <exception cref="OnnxException">There is one, but it cannot be used.</exception>
    public static OnnxRuntime? TryLoad(string file) => NativeLibrary.TryLoad(file, out var library) ? new OnnxRuntime(file, library) : null;

    string[] ReadProviders()
    {
        byte** names;
        int count;
        Api.Check(Api.GetAvailableProviders(&names, &count));
        var providers = new string[count];
        for (var i = 0; i < count; i++) providers[i] = Marshal.PtrToStringUTF8((nint)names[i]) ?? "";
        Api.Check(Api.ReleaseAvailableProviders(names, count));
        return providers;
    }
}
