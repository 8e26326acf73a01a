namespace Revela.Imaging.Native.Onnx;

/// <summary>Numbers of single precision in rows, the last dimension running fastest.</summary>
public sealed record OnnxTensor
{
    public OnnxTensor(float[] values, params long[] shape)
    {
        if (shape.Any(side => side < 0) || shape.Aggregate(1L, (all, side) => checked(all * side)) != values.Length)
            throw new ArgumentException($"{values.Length} numbers do not fill [{string.Join(", ", shape)}]");
        (Values, Shape) = (values, shape);
    }

    public float[] Values { get; }
    public IReadOnlyList<long> Shape { get; }
}

/// <summary>What a network takes or gives.</summary>
/// <param name="Shape">−1 where any size is taken.</param>
/// <param name="IsFloat">Whether its numbers are of single precision, the only ones that are handed over.</param>
public sealed record OnnxPort(string Name, IReadOnlyList<long> Shape, bool IsFloat)
{
    public override string ToString() => $"{Name} [{string.Join(", ", Shape.Select(side => side < 0 ? "?" : side.ToString(System.Globalization.CultureInfo.InvariantCulture)))}]";
}
