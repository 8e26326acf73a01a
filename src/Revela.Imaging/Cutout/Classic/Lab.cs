namespace Revela.Imaging.Cutout.Classic;

/// <summary>CIE L*a*b* (D65) of each pixel, in which equal distances look about equally different.</summary>
static class Lab
{
    /// <summary>L* 0–100, a* and b* about −100…100, in the planes for red, green and blue.</summary>
    public static Planes Of(Planes rgb)
    {
        var lab = new Planes(rgb.Width, rgb.Height);
        for (var i = 0; i < rgb.Count; i++) (lab.Red[i], lab.Green[i], lab.Blue[i]) = Of(rgb.Red[i], rgb.Green[i], rgb.Blue[i]);
        return lab;
    }

    public static (float L, float A, float B) Of(float red, float green, float blue)
    {
        float r = Linear(red / 255), g = Linear(green / 255), b = Linear(blue / 255);
        var x = Root((0.4124f * r + 0.3576f * g + 0.1805f * b) / 0.9505f);
        var y = Root(0.2126f * r + 0.7152f * g + 0.0722f * b);
        var z = Root((0.0193f * r + 0.1192f * g + 0.9505f * b) / 1.0890f);
        return (116 * y - 16, 500 * (x - y), 200 * (y - z));
    }

    static float Linear(float c) => c <= 0.04045f ? c / 12.92f : MathF.Pow((c + 0.055f) / 1.055f, 2.4f);

    static float Root(float t) => t > 0.008856f ? MathF.Cbrt(t) : 7.787f * t + 16 / 116f;
}
