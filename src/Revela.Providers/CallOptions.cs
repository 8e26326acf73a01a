namespace Revela.Providers;

/// <summary>How calls to outside services are made.</summary>
public sealed record CallOptions
{
    /// <summary>Whether a call that may have been paid for, and gave nothing that is kept, is made again by itself; else its job is parked as <c>possibly-paid</c> for a person.</summary>
    public bool RepeatPossiblyPaid { get; init; }
}
