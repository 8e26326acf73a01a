using System.Runtime.InteropServices;
using System.Text;

namespace Revela.Imaging.Native.Onnx;

/// <summary>A network that is loaded and can be run, by several threads at once. What a run takes of memory it gives back at its end.</summary>
public sealed unsafe class OnnxSession : IDisposable
{
    const int Float = 1;
    const int DeviceAllocator = 0, DefaultMemory = 0;

    readonly OnnxRuntime runtime;
    readonly OnnxApi api;
    readonly OnnxHandle session;

    /// <param name="file">The network, as an ONNX file.</param>
    /// <param name="threads">Threads of one run, the caller's among them.</param>
    /// <exception cref="OnnxException">It is no network, or not one that this runtime knows.</exception>
    public OnnxSession(OnnxRuntime runtime, string file, int threads)
    {
        (this.runtime, api) = (runtime, runtime.Api);
        session = Create(file, threads);
        try
        {
            Inputs = Ports(api.SessionGetInputCount, api.SessionGetInputName, api.SessionGetInputTypeInfo);
            Outputs = Ports(api.SessionGetOutputCount, api.SessionGetOutputName, api.SessionGetOutputTypeInfo);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    public IReadOnlyList<OnnxPort> Inputs { get; }
    public IReadOnlyList<OnnxPort> Outputs { get; }

    /// <summary>Runs the network on its only input and computes its first output.</summary>
    /// <exception cref="OnnxException">The run failed.</exception>
    /// <exception cref="OperationCanceledException">The run was cancelled, also in the middle of it.</exception>
    public OnnxTensor Run(OnnxTensor input, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var options = Created(api.CreateRunOptions, api.ReleaseRunOptions);
        using var stop = cancel.Register(() => api.RunOptionsSetTerminate(options.Raw));
        var isHeld = false;
        try
        {
            session.DangerousAddRef(ref isHeld);
            using var output = Run(options, input);
            return Read(output);
        }
        catch (OnnxException e) when (e.IsStopped && cancel.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancel);
        }
        finally
        {
            if (isHeld) session.DangerousRelease();
        }
    }

    public void Dispose() => session.Dispose();

    OnnxHandle Run(OnnxHandle options, OnnxTensor input)
    {
        nint info, result = 0;
        api.Check(api.CreateCpuMemoryInfo(DeviceAllocator, DefaultMemory, &info));
        using var memory = new OnnxHandle(info, api.ReleaseMemoryInfo);
        fixed (float* values = input.Values)
        fixed (long* shape = input.Shape.ToArray())
        fixed (byte* inputName = Utf8(Inputs[0].Name), outputName = Utf8(Outputs[0].Name))
        {
            nint raw;
            api.Check(api.CreateTensorWithDataAsOrtValue(info, values, (nuint)input.Values.Length * sizeof(float), shape, (nuint)input.Shape.Count, Float, &raw));
            using var value = new OnnxHandle(raw, api.ReleaseValue);
            byte* from = inputName, to = outputName;
            api.Check(api.Run(session.Raw, options.Raw, &from, &raw, 1, &to, 1, &result));
        }
        return new OnnxHandle(result, api.ReleaseValue);
    }

    OnnxTensor Read(OnnxHandle value)
    {
        int isTensor;
        api.Check(api.IsTensor(value.Raw, &isTensor));
        if (isTensor == 0) throw new OnnxException(0, $"{Outputs[0].Name} is no tensor");
        nint info;
        api.Check(api.GetTensorTypeAndShape(value.Raw, &info));
        using var held = new OnnxHandle(info, api.ReleaseTensorTypeAndShapeInfo);
        var (shape, isFloat) = Describe(info);
        if (!isFloat) throw new OnnxException(0, $"{Outputs[0].Name} is not of single precision");
        void* data;
        api.Check(api.GetTensorMutableData(value.Raw, &data));
        var count = checked((int)shape.Aggregate(1L, (all, side) => all * side));
        return new OnnxTensor(new ReadOnlySpan<float>(data, count).ToArray(), shape);
    }

    OnnxHandle Create(string file, int threads)
    {
        using var options = Created(api.CreateSessionOptions, api.ReleaseSessionOptions);
        api.Check(api.SetIntraOpNumThreads(options.Raw, threads));
        api.Check(api.SetInterOpNumThreads(options.Raw, 1));
        // The arena would keep the peak of the largest run, rounded up to a power of two, for as long as the session lives.
        api.Check(api.DisableCpuMemArena(options.Raw));
        api.Check(api.DisableMemPattern(options.Raw));
        // Threads that spin between two nodes would take the processors from the doors.
        fixed (byte* key = "session.intra_op.allow_spinning\0"u8, no = "0\0"u8) api.Check(api.AddSessionConfigEntry(options.Raw, key, no));

        nint created;
        fixed (byte* path = OperatingSystem.IsWindows() ? Encoding.Unicode.GetBytes(file + '\0') : Utf8(file))
            api.Check(api.CreateSession(runtime.Environment, path, options.Raw, &created));
        return new OnnxHandle(created, api.ReleaseSession);
    }

    OnnxHandle Created(delegate* unmanaged[Cdecl]<nint*, nint> create, delegate* unmanaged[Cdecl]<nint, void> release)
    {
        nint created;
        api.Check(create(&created));
        return new OnnxHandle(created, release);
    }

    OnnxPort[] Ports(
        delegate* unmanaged[Cdecl]<nint, nuint*, nint> count, delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint> name, delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> type)
    {
        nuint many;
        api.Check(count(session.Raw, &many));
        var ports = new OnnxPort[many];
        for (nuint i = 0; i < many; i++) ports[i] = Port(i, name, type);
        return ports;
    }

    OnnxPort Port(nuint index, delegate* unmanaged[Cdecl]<nint, nuint, nint, nint*, nint> name, delegate* unmanaged[Cdecl]<nint, nuint, nint*, nint> type)
    {
        nint allocator, text, info, tensor;
        api.Check(api.GetAllocatorWithDefaultOptions(&allocator));
        api.Check(name(session.Raw, index, allocator, &text));
        var spelt = Marshal.PtrToStringUTF8(text) ?? "";
        api.Check(api.AllocatorFree(allocator, (void*)text));

        api.Check(type(session.Raw, index, &info));
        using var held = new OnnxHandle(info, api.ReleaseTypeInfo);
        api.Check(api.CastTypeInfoToTensorInfo(info, &tensor));
        if (tensor == 0) return new OnnxPort(spelt, [], IsFloat: false);
        var (shape, isFloat) = Describe(tensor);
        return new OnnxPort(spelt, shape, isFloat);
    }

    (long[] Shape, bool IsFloat) Describe(nint tensor)
    {
        nuint count;
        int type;
        api.Check(api.GetTensorElementType(tensor, &type));
        api.Check(api.GetDimensionsCount(tensor, &count));
        var shape = new long[count];
        fixed (long* first = shape) api.Check(api.GetDimensions(tensor, first, count));
        return (shape, type == Float);
    }

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text + '\0');
}
