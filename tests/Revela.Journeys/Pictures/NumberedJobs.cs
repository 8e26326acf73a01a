using System.Globalization;

namespace Revela.Journeys.Pictures;

/// <summary>Small jobs of several kinds, told by number, whose results are known beforehand.</summary>
static class NumberedJobs
{
    const int Kinds = 6;
    const int Twin = 5;
    const int FirstLong = 1_000_000 * Kinds;

    static readonly byte[][] photographs = [.. Enumerable.Range(0, 8).Select(seed => Photos.Small(64 + 8 * seed, 48, (uint)seed + 1))];

    /// <summary>The finished jobs of this queue are pruned to a few.</summary>
    public const string ShortQueue = "short";

    public const string Pipelines = """
        grey:
          queue: kept
          steps: [grayscale]
        pair:
          queue: kept
          steps:
            - { op: grayscale, as: grey }
            - { op: resize, width: 24, height: 18, from: grey }
            - { op: convert, format: png }
        slow:
          queue: kept
          steps:
            - { op: pause, seconds: 0.05 }
            - grayscale
        brief:
          queue: short
          steps: [grayscale]
        long:
          queue: kept
          steps:
            - { op: pause, seconds: 8 }
            - grayscale
        """;

    /// <summary>The number of a job that takes long enough for something to happen to its worker.</summary>
    public static int Long(int number) => FirstLong + Kinds * number;

    public static string Pipeline(int number) => (number % Kinds) switch
    {
        _ when number >= FirstLong => "long",
        1 => "pair",
        2 => "slow",
        3 => "brief",
        _ => "grey",
    };

    public static bool IsPruned(int number) => Pipeline(number) == "brief";

    /// <summary>Different bytes for each number, except that every sixth repeats the one before, so that it joins or reuses its work.</summary>
    public static byte[] Image(int number)
    {
        var original = number % Kinds == Twin ? number - 1 : number;
        return Photos.Copy(photographs[original % photographs.Length], original);
    }

    /// <summary>Lower-case hex of each output, in the order of the steps.</summary>
    public static Task<IReadOnlyList<string>> Results(int number) => Development.Hashes(Image(number), Pipeline(number), Pipelines);
}
