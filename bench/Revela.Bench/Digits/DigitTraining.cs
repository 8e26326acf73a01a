using System.Globalization;
using System.Numerics;

namespace Revela.Bench.Digits;

/// <summary>
/// Trains the reader's second opinion: a network of one hidden layer (ReLU, then softmax over ten digits and "no digit"), by Adam
/// (Kingma and Ba 2015) on patches that are never seen twice. One font in eight is kept apart and measured with.
/// </summary>
static class DigitTraining
{
    const int Inputs = DigitPatches.Width * DigitPatches.Height, Hidden = 96, Outputs = 11, Batch = 64;

    /// <summary>Writes the network: hidden weights, hidden biases, output weights, output biases, as little-endian 32-bit floats.</summary>
    public static void Run(string path, int steps)
    {
        var fonts = DigitGlyphs.Installed();
        var apart = fonts.Where((_, i) => i % 8 == 3).ToArray();
        var learnt = fonts.Where((_, i) => i % 8 != 3).ToArray();
        Console.WriteLine($"{learnt.Length} fonts to learn, {apart.Length} kept apart");
        var network = new Network(new Random(7));
        var patches = new DigitPatches(learnt, new Random(11));
        for (var step = 1; step <= steps; step++)
        {
            for (var i = 0; i < Batch; i++)
            {
                var (patch, label) = patches.Next();
                network.Learn(patch, label);
            }
            network.Step(step, 0.002f * (step < steps / 2 ? 1 : step < steps * 4 / 5 ? 0.3f : 0.08f), Batch);
            if (step % (steps / 10) == 0) Console.WriteLine($"{step}: {Measure(network, apart)}");
        }
        network.Write(path);
    }

    static string Measure(Network network, IReadOnlyList<DigitGlyphs.Font> fonts)
    {
        var patches = new DigitPatches(fonts, new Random(5));
        var (digits, right, others, refused) = (0, 0, 0, 0);
        for (var i = 0; i < 6000; i++)
        {
            var (patch, label) = patches.Next();
            var said = Array.IndexOf(network.Ask(patch), network.Ask(patch).Max());
            if (label == DigitPatches.Other) (others, refused) = (others + 1, refused + (said == label ? 1 : 0));
            else (digits, right) = (digits + 1, right + (said == label ? 1 : 0));
        }
        return string.Create(CultureInfo.InvariantCulture, $"{100.0 * right / digits:0.00} % of the digits right, {100.0 * refused / others:0.00} % of the rest refused");
    }

    sealed class Network
    {
        readonly Layer first, second;
        readonly float[] hidden = new float[Hidden], back = new float[Hidden];

        public Network(Random random) => (first, second) = (new Layer(Inputs, Hidden, random), new Layer(Hidden, Outputs, random));

        public float[] Ask(float[] patch)
        {
            first.Forward(patch, hidden);
            for (var i = 0; i < Hidden; i++) hidden[i] = Math.Max(0, hidden[i]);
            var scores = new float[Outputs];
            second.Forward(hidden, scores);
            var most = scores.Max();
            for (var i = 0; i < Outputs; i++) scores[i] = MathF.Exp(scores[i] - most);
            var sum = scores.Sum();
            for (var i = 0; i < Outputs; i++) scores[i] /= sum;
            return scores;
        }

        public void Learn(float[] patch, int label)
        {
            var slope = Ask(patch);
            slope[label] -= 1;
            second.Backward(hidden, slope, back);
            for (var i = 0; i < Hidden; i++) if (hidden[i] <= 0) back[i] = 0;
            first.Backward(patch, back, null);
        }

        public void Step(int step, float rate, int batch)
        {
            first.Step(step, rate, batch);
            second.Step(step, rate, batch);
        }

        public void Write(string path)
        {
            using var file = new BinaryWriter(File.Create(path));
            foreach (var numbers in (float[][])[first.Weights, first.Biases, second.Weights, second.Biases])
                foreach (var number in numbers) file.Write(number);
        }
    }

    sealed class Layer
    {
        readonly int inputs;
        readonly float[] slopes, biasSlopes, means, squares, biasMeans, biasSquares;

        public Layer(int inputs, int outputs, Random random)
        {
            this.inputs = inputs;
            Weights = new float[inputs * outputs];
            Biases = new float[outputs];
            (slopes, means, squares) = (new float[Weights.Length], new float[Weights.Length], new float[Weights.Length]);
            (biasSlopes, biasMeans, biasSquares) = (new float[outputs], new float[outputs], new float[outputs]);
            for (var i = 0; i < Weights.Length; i++) Weights[i] = (float)(random.NextDouble() * 2 - 1) * MathF.Sqrt(6f / inputs) * 0.7f;
        }

        public float[] Weights { get; }
        public float[] Biases { get; }

        public void Forward(ReadOnlySpan<float> input, Span<float> output)
        {
            for (var o = 0; o < output.Length; o++) output[o] = Biases[o] + Dot(input, Weights.AsSpan(o * inputs, inputs));
        }

        public void Backward(ReadOnlySpan<float> input, ReadOnlySpan<float> slope, Span<float> back)
        {
            back.Clear();
            for (var o = 0; o < slope.Length; o++)
            {
                if (slope[o] == 0) continue;
                biasSlopes[o] += slope[o];
                Add(slopes.AsSpan(o * inputs, inputs), input, slope[o]);
                if (!back.IsEmpty) Add(back, Weights.AsSpan(o * inputs, inputs), slope[o]);
            }
        }

        public void Step(int step, float rate, int batch)
        {
            Adam(Weights, slopes, means, squares, step, rate, batch);
            Adam(Biases, biasSlopes, biasMeans, biasSquares, step, rate, batch);
        }

        static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
        {
            var sums = Vector<float>.Zero;
            var i = 0;
            for (; i <= a.Length - Vector<float>.Count; i += Vector<float>.Count) sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
            var sum = Vector.Sum(sums);
            for (; i < a.Length; i++) sum += a[i] * b[i];
            return sum;
        }

        static void Add(Span<float> to, ReadOnlySpan<float> values, float factor)
        {
            var i = 0;
            for (; i <= to.Length - Vector<float>.Count; i += Vector<float>.Count)
                (new Vector<float>(to[i..]) + new Vector<float>(values[i..]) * factor).CopyTo(to[i..]);
            for (; i < to.Length; i++) to[i] += values[i] * factor;
        }

        static void Adam(float[] weights, float[] slopes, float[] means, float[] squares, int step, float rate, int batch)
        {
            const float Decay1 = 0.9f, Decay2 = 0.999f;
            float fix1 = 1 - MathF.Pow(Decay1, step), fix2 = 1 - MathF.Pow(Decay2, step);
            for (var i = 0; i < weights.Length; i++)
            {
                var slope = slopes[i] / batch;
                means[i] = Decay1 * means[i] + (1 - Decay1) * slope;
                squares[i] = Decay2 * squares[i] + (1 - Decay2) * slope * slope;
                weights[i] -= rate * means[i] / fix1 / (MathF.Sqrt(squares[i] / fix2) + 1e-8f);
                slopes[i] = 0;
            }
        }
    }
}
