namespace Revela.App.Api.Views;

/// <summary>What was erased; <c>revela verify --trace</c> proves it of each id.</summary>
/// <param name="People">How many.</param>
public sealed record ErasureView(IReadOnlyList<Guid> Assets, IReadOnlyList<Guid> Jobs, int People);
