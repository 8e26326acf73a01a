namespace Revela.Imaging.Native.Vips;

/// <summary>A value for an argument of an operation; numbers, texts, nicks of enums and interpolators, bytes, arrays and images convert by themselves.</summary>
public readonly struct VipsValue
{
    internal readonly object? Boxed;
    internal readonly double Number;
    internal readonly Kind Is;

    internal enum Kind { None, Number, Boolean, Object }

    VipsValue(double number, Kind kind) => (Number, Is) = (number, kind);
    VipsValue(object boxed) => (Boxed, Is) = (boxed, Kind.Object);

    public static implicit operator VipsValue(int value) => new(value, Kind.Number);
    public static implicit operator VipsValue(double value) => new(value, Kind.Number);
    public static implicit operator VipsValue(bool value) => new(value ? 1 : 0, Kind.Boolean);
    public static implicit operator VipsValue(string value) => new(value);
    public static implicit operator VipsValue(double[] value) => new(value);
    public static implicit operator VipsValue(int[] value) => new(value);
    public static implicit operator VipsValue(byte[] value) => new(value);
    public static implicit operator VipsValue(VipsImage value) => new(value);
    public static implicit operator VipsValue(VipsImage[] value) => new(value);
}
