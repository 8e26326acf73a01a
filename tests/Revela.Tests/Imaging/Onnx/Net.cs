using System.Buffers.Binary;

namespace Revela.Tests.Imaging.Onnx;

/// <summary>A real ONNX network, node by node (opset 17). What a node gives is called by its number, the network's input <c>in</c>.</summary>
sealed class Net
{
    const int Float = 1, Int64 = 7;
    const int FloatKind = 1, IntKind = 2, TextKind = 3, IntsKind = 7;

    readonly Protobuf graph = new();
    readonly List<string> outputs = [];
    int names;

    /// <param name="height">0 where any will do.</param>
    public Net(int channels = 3, int height = 0, int width = 0, string input = "in")
    {
        Input = input;
        graph.Message(11, Port(input, [1, channels, height, width]));
    }

    public string Input { get; }

    /// <summary>Ends the network with these as its outputs, and gives the file's bytes.</summary>
    public byte[] Give(params string[] results)
    {
        outputs.AddRange(results);
        foreach (var result in results) graph.Message(12, Port(result, null));
        return new Protobuf().Number(1, 8).Message(8, new Protobuf().Text(1, "").Number(2, 17)).Message(7, graph.Text(2, "made by a test")).Bytes;
    }

    /// <summary>Padded by zeros so that the size stays.</summary>
    /// <param name="weights">By output channel, input channel, row and column.</param>
    public string Convolve(string from, float[,,,] weights, float[]? bias = null)
    {
        var (outs, ins, rows, columns) = (weights.GetLength(0), weights.GetLength(1), weights.GetLength(2), weights.GetLength(3));
        var inputs = new List<string> { from, Constant([.. weights.Cast<float>()], outs, ins, rows, columns) };
        if (bias is not null) inputs.Add(Constant(bias, bias.Length));
        return Node("Conv", inputs, Ints("pads", rows / 2, columns / 2, rows / 2, columns / 2), Ints("kernel_shape", rows, columns));
    }

    public string Relu(string from) => Node("Relu", [from]);
    public string Sigmoid(string from) => Node("Sigmoid", [from]);
    public string Add(string a, string b) => Node("Add", [a, b]);
    public string DepthToSpace(string from, int block) => Node("DepthToSpace", [from], Int("blocksize", block), Text("mode", "CRD"));

    /// <summary>Each pixel becomes a block of this side.</summary>
    public string Repeat(string from, int times) =>
        Node("Resize", [from, "", Constant([1, 1, times, times], 4)], Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor"));

    /// <summary>Repeats the whole along a new axis so many times: as much memory as one wants.</summary>
    public string Expand(string from, params long[] shape) => Node("Expand", [from, Shape(shape)]);

    public string Sum(string from) => Node("ReduceSum", [from], Int("keepdims", 1));

    public string Node(string op, IEnumerable<string> inputs, params Protobuf[] attributes)
    {
        var name = $"n{names++}";
        var node = new Protobuf();
        foreach (var input in inputs) node.Text(1, input);
        node.Text(2, name).Text(3, name).Text(4, op);
        foreach (var attribute in attributes) node.Message(5, attribute);
        graph.Message(1, node);
        return name;
    }

    public string Constant(float[] values, params long[] shape)
    {
        var raw = new byte[values.Length * 4];
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * 4), values[i]);
        return Initial(Float, raw, shape);
    }

    public static Protobuf Int(string name, long value) => new Protobuf().Text(1, name).Number(3, value).Number(20, IntKind);
    public static Protobuf Real(string name, float value) => new Protobuf().Text(1, name).Float(2, value).Number(20, FloatKind);

    static Protobuf Text(string name, string value) => new Protobuf().Text(1, name).Text(4, value).Number(20, TextKind);

    static Protobuf Ints(string name, params long[] values)
    {
        var attribute = new Protobuf().Text(1, name);
        foreach (var value in values) attribute.Number(8, value);
        return attribute.Number(20, IntsKind);
    }

    string Shape(long[] sides)
    {
        var raw = new byte[sides.Length * 8];
        for (var i = 0; i < sides.Length; i++) BinaryPrimitives.WriteInt64LittleEndian(raw.AsSpan(i * 8), sides[i]);
        return Initial(Int64, raw, [sides.Length]);
    }

    string Initial(int type, byte[] raw, long[] shape)
    {
        var (name, tensor) = ($"c{names++}", new Protobuf());
        foreach (var side in shape) tensor.Number(1, side);
        graph.Message(5, tensor.Number(2, type).Text(8, name).Part(9, raw));
        return name;
    }

    static Protobuf Port(string name, int[]? shape)
    {
        var type = new Protobuf().Number(1, Float);
        if (shape is not null)
        {
            var sides = new Protobuf();
            foreach (var (i, side) in shape.Index())
                sides.Message(1, side > 0 ? new Protobuf().Number(1, side) : new Protobuf().Text(2, $"d{i}"));
            type.Message(2, sides);
        }
        return new Protobuf().Text(1, name).Message(2, new Protobuf().Message(1, type));
    }
}
