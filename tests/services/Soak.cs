namespace Revela.Services;

/// <summary>How much a long test does: all of it under <c>./run prove</c>, which sets <c>REVELA_SOAK</c> to <c>full</c>, and otherwise a tenth.</summary>
public static class Soak
{
    public static bool IsWhole { get; } = Environment.GetEnvironmentVariable("REVELA_SOAK") == "full";
}
