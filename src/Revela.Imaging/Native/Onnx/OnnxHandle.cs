using System.Runtime.InteropServices;

namespace Revela.Imaging.Native.Onnx;

/// <summary>An object of ONNX Runtime, given back by the function that its kind has for it.</summary>
sealed unsafe class OnnxHandle : SafeHandle
{
    readonly delegate* unmanaged[Cdecl]<nint, void> release;

    public OnnxHandle(nint created, delegate* unmanaged[Cdecl]<nint, void> release) : base(0, ownsHandle: true)
    {
        this.release = release;
        SetHandle(created);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Good as long as this object is alive: hold it in a field or a <c>using</c>.</summary>
    public nint Raw => handle;

    protected override bool ReleaseHandle()
    {
        release(handle);
        return true;
    }
}
