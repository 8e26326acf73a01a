namespace Revela.Imaging.Native.Onnx;

/// <summary>ONNX Runtime said no; the message is its own text, which may name files.</summary>
public sealed class OnnxException(int code, string message) : Exception(message)
{
    /// <summary><c>OrtErrorCode</c>; 0 where the library itself could not be used.</summary>
    public int Code { get; } = code;

    /// <summary>The run was told to end (<see cref="OnnxSession.Run"/>).</summary>
    public bool IsStopped => Message.Contains("terminate flag", StringComparison.OrdinalIgnoreCase);

    public bool IsOutOfMemory =>
        Message.Contains("bad_alloc", StringComparison.OrdinalIgnoreCase) || Message.Contains("Failed to allocate", StringComparison.OrdinalIgnoreCase);
}
