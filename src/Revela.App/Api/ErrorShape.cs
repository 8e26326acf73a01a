using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>How the errors of a route are spelled where its clients expect something else than problem+json; the status stays.</summary>
/// <param name="Spell">What is sent as JSON; it holds the error's code.</param>
public sealed record ErrorShape(Func<JobError, object> Spell);
