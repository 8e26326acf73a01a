using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Onnx;

/// <summary>
/// ONNX Runtime's functions at their places in the table of its C API (<c>OrtApi</c> in <c>onnxruntime_c_api.h</c>).
/// The table only ever grows at its end, so a place holds for every later release. Each function answers with a status, 0 for success.
/// </summary>
sealed unsafe class OnnxApi
{
    /// <summary>The oldest table that has all that is used here; releases since 1.16 hand it out.</summary>
    const uint Version = 16;

    readonly nint* table;

    /// <param name="library">The loaded library.</param>
    /// <exception cref="OnnxException">It is not ONNX Runtime, or too old.</exception>
    public OnnxApi(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out var entry)) throw new OnnxException(0, "the library has no OrtGetApiBase: it is not ONNX Runtime");
        var start = (nint*)((delegate* unmanaged[Cdecl]<nint>)entry)();
        Release = Marshal.PtrToStringUTF8(((delegate* unmanaged[Cdecl]<nint>)start[1])()) ?? "unknown";
        table = (nint*)((delegate* unmanaged[Cdecl]<uint, nint>)start[0])(Version);
        if (table is null) throw new OnnxException(0, $"ONNX Runtime {Release} is too old: 1.{Version} or later is needed");
    }

    /// <summary>Such as <c>1.30.0</c>.</summary>
    public string Release { get; }

    public delegate* unmanaged[Cdecl]<nint, int> GetErrorCode => (delegate* unmanaged[Cdecl]<nint, int>)table[1];
    public delegate* unmanaged[Cdecl]<nint, nint> GetErrorMessage => (delegate* unmanaged[Cdecl]<nint, nint>)table[2];
    public delegate* unmanaged[Cdecl]<int, byte*, nint*, nint> CreateEnv => (delegate* unmanaged[Cdecl]<int, byte*, nint*, nint>)table[3];
    public delegate* unmanaged[Cdecl]<nint, nint> DisableTelemetryEvents => (delegate* unmanaged[Cdecl]<nint, nint>)table[6];
    public delegate* unmanaged[Cdecl]<nint, void*, nint, nint*, nint> CreateSession => (delegate* unmanaged[Cdecl]<nint, void*, nint, nint*, nint>)table[7];
    public delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint> Run => (delegate* unmanaged[Cdecl]<nint, nint, byte**, nint*, nuint, byte**, nuint, nint*, nint>)table[9];

    public delegate* unmanaged[Cdecl]<nint*, nint> CreateSessionOptions => (delegate* unmanaged[Cdecl]<nint*, nint>)table[10];
    public delegate* unmanaged[Cdecl]<nint, nint> DisableMemPattern => (delegate* unmanaged[Cdecl]<nint, nint>)table[17];
    public delegate* unmanaged[Cdecl]<nint, nint> DisableCpuMemArena => (delegate* unmanaged[Cdecl]<nint, nint>)table[19];
    public delegate* unmanaged[Cdecl]<nint, int, nint> SetIntraOpNumThreads => (delegate* unmanaged[Cdecl]<nint, int, nint>)table[24];
    public delegate* unmanaged[Cdecl]<nint, int, nint> SetInterOpNumThreads => (delegate* unmanaged[Cdecl]<nint, int, nint>)table[25];
    public delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint> AddSessionConfigEntry => (delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint>)table[130];

    public delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetInputCount => (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[30];
    public delegate* unmanaged[Cdecl]<nint, nuint*, nint> SessionGetOutputCount => (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[31];
    public delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetInputTypeInfo => (delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint>)table[33];
    public delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> SessionGetOutputTypeInfo => (delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint>)table[34];
    public delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint> SessionGetInputName => (delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint>)table[36];
    public delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint> SessionGetOutputName => (delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint>)table[37];

    public delegate* unmanaged[Cdecl]<nint*, nint> CreateRunOptions => (delegate* unmanaged[Cdecl]<nint*, nint>)table[39];
    public delegate* unmanaged[Cdecl]<nint, nint> RunOptionsSetTerminate => (delegate* unmanaged[Cdecl]<nint, nint>)table[46];

    public delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint> CreateTensorWithDataAsOrtValue => (delegate* unmanaged[Cdecl]<nint, void*, nuint, long*, nuint, int, nint*, nint>)table[49];
    public delegate* unmanaged[Cdecl]<nint, int*, nint> IsTensor => (delegate* unmanaged[Cdecl]<nint, int*, nint>)table[50];
    public delegate* unmanaged[Cdecl]<nint, void**, nint> GetTensorMutableData => (delegate* unmanaged[Cdecl]<nint, void**, nint>)table[51];
    public delegate* unmanaged[Cdecl]<nint, nint*, nint> CastTypeInfoToTensorInfo => (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[55];
    public delegate* unmanaged[Cdecl]<nint, int*, nint> GetTensorElementType => (delegate* unmanaged[Cdecl]<nint, int*, nint>)table[60];
    public delegate* unmanaged[Cdecl]<nint, nuint*, nint> GetDimensionsCount => (delegate* unmanaged[Cdecl]<nint, nuint*, nint>)table[61];
    public delegate* unmanaged[Cdecl]<nint, long*, nuint, nint> GetDimensions => (delegate* unmanaged[Cdecl]<nint, long*, nuint, nint>)table[62];
    public delegate* unmanaged[Cdecl]<nint, nint*, nint> GetTensorTypeAndShape => (delegate* unmanaged[Cdecl]<nint, nint*, nint>)table[65];
    public delegate* unmanaged[Cdecl]<int, int, nint*, nint> CreateCpuMemoryInfo => (delegate* unmanaged[Cdecl]<int, int, nint*, nint>)table[69];
    public delegate* unmanaged[Cdecl]<nint, void*, nint> AllocatorFree => (delegate* unmanaged[Cdecl]<nint, void*, nint>)table[76];

    /// <summary>The runtime's own allocator; it is never given back.</summary>
    public delegate* unmanaged[Cdecl]<nint*, nint> GetAllocatorWithDefaultOptions => (delegate* unmanaged[Cdecl]<nint*, nint>)table[78];

    public delegate* unmanaged[Cdecl]<nint, void> ReleaseEnv => (delegate* unmanaged[Cdecl]<nint, void>)table[92];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseStatus => (delegate* unmanaged[Cdecl]<nint, void>)table[93];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseMemoryInfo => (delegate* unmanaged[Cdecl]<nint, void>)table[94];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseSession => (delegate* unmanaged[Cdecl]<nint, void>)table[95];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseValue => (delegate* unmanaged[Cdecl]<nint, void>)table[96];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseRunOptions => (delegate* unmanaged[Cdecl]<nint, void>)table[97];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseTypeInfo => (delegate* unmanaged[Cdecl]<nint, void>)table[98];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseTensorTypeAndShapeInfo => (delegate* unmanaged[Cdecl]<nint, void>)table[99];
    public delegate* unmanaged[Cdecl]<nint, void> ReleaseSessionOptions => (delegate* unmanaged[Cdecl]<nint, void>)table[100];

    public delegate* unmanaged[Cdecl]<byte***, int*, nint> GetAvailableProviders => (delegate* unmanaged[Cdecl]<byte***, int*, nint>)table[125];
    public delegate* unmanaged[Cdecl]<byte**, int, nint> ReleaseAvailableProviders => (delegate* unmanaged[Cdecl]<byte**, int, nint>)table[126];

    /// <exception cref="OnnxException">With the runtime's own text, when the status is not success.</exception>
    public void Check(nint status)
    {
        if (status == 0) return;
        var error = new OnnxException(GetErrorCode(status), Marshal.PtrToStringUTF8(GetErrorMessage(status)) ?? "ONNX Runtime failed");
        ReleaseStatus(status);
        throw error;
    }
}
