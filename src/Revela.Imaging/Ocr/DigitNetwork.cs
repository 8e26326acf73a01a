using System.Numerics;
using System.Runtime.InteropServices;

namespace Revela.Imaging.Ocr;

/// <summary>
/// A second opinion on single digits: a network of one hidden layer (ReLU, then softmax), trained on rendered digits of many fonts by
/// <c>./run bench train-digits</c>. It sees one blob at a time and knows "no digit" as an answer.
/// </summary>
static class DigitNetwork
{
    const int Columns = 16, Rows = 20, Inputs = Columns * Rows, Hidden = 96, Outputs = 11, NoDigit = 10;

    // Small and faint digits are seldom called certain; below this nothing speaks for one.
    const float LeastShare = 0.05f;

    static readonly Lazy<float[]> Numbers = new(Load);

    /// <summary>What the blobs of a line say.</summary>
    /// <returns>Confidence is that of the least certain digit; the text is shorter than the line where a blob is no digit.</returns>
    public static Reading Read(Line line, Plane plane, Tones tones)
    {
        var text = "";
        var least = 1f;
        foreach (var part in line.Parts)
        {
            var shares = Ask(Patch(line, part, plane, tones));
            var best = 0;
            for (var i = 1; i < NoDigit; i++) if (shares[i] > shares[best]) best = i;
            if (shares[best] < LeastShare) return new Reading("", shares[NoDigit]);
            text += (char)('0' + best);
            least = Math.Min(least, shares[best]);
        }
        return new Reading(text, least);
    }

    // The blob fills the patch's height and stands in its middle; beside it there is plate.
    static float[] Patch(Line line, Extent part, Plane plane, Tones tones)
    {
        var patch = new float[Inputs];
        var scale = (part.Bottom - part.Top) / Rows;
        var wide = Math.Min(Columns, (part.Right - part.Left) / scale);
        var across = (part.Right - part.Left) / wide;
        var first = (Columns - wide) / 2;
        for (var row = 0; row < Rows; row++)
            for (var column = 0; column < Columns; column++)
            {
                if (column + 0.5f < first || column + 0.5f >= first + wide) continue;
                var (x, y) = line.Place(part.Left + (column + 0.5f - first) * across, part.Top + (row + 0.5f) * scale);
                patch[row * Columns + column] = Math.Clamp(1 - tones.Whiteness(plane.Sample(x - 0.5f, y - 0.5f)), 0, 1);
            }
        return patch;
    }

    static float[] Ask(float[] patch)
    {
        var numbers = Numbers.Value.AsSpan();
        Span<float> hidden = stackalloc float[Hidden];
        var scores = new float[Outputs];
        Layer(patch, numbers[..(Inputs * Hidden)], numbers.Slice(Inputs * Hidden, Hidden), hidden);
        for (var i = 0; i < Hidden; i++) hidden[i] = Math.Max(0, hidden[i]);
        var second = numbers[((Inputs + 1) * Hidden)..];
        Layer(hidden, second[..(Hidden * Outputs)], second[(Hidden * Outputs)..], scores);
        var most = scores.Max();
        for (var i = 0; i < Outputs; i++) scores[i] = MathF.Exp(scores[i] - most);
        var sum = scores.Sum();
        for (var i = 0; i < Outputs; i++) scores[i] /= sum;
        return scores;
    }

    static void Layer(ReadOnlySpan<float> input, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> output)
    {
        for (var o = 0; o < output.Length; o++)
        {
            var row = weights.Slice(o * input.Length, input.Length);
            var sums = Vector<float>.Zero;
            var i = 0;
            for (; i <= input.Length - Vector<float>.Count; i += Vector<float>.Count) sums += new Vector<float>(input[i..]) * new Vector<float>(row[i..]);
            var sum = Vector.Sum(sums) + biases[o];
            for (; i < input.Length; i++) sum += input[i] * row[i];
            output[o] = sum;
        }
    }

    // Hidden weights, hidden biases, output weights, output biases; little-endian.
    static float[] Load()
    {
        using var stream = typeof(DigitNetwork).Assembly.GetManifestResourceStream("digits.bin") ?? throw new InvalidOperationException("the network is not in the assembly");
        var numbers = new float[(Inputs + 1) * Hidden + (Hidden + 1) * Outputs];
        stream.ReadExactly(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }
}
