using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Api;

/// <summary>The refusals that many endpoints share.</summary>
public static class Refusals
{
    const int MaxPage = 500;

    public static RevelaException NotFound(string what) => new(ErrorCodes.NotFound, $"There is no such {what}.");

    public static RevelaException WrongState(string message) => new(ErrorCodes.WrongState, message);

    public static RevelaException Invalid(string message) => new(ErrorCodes.InvalidRequest, message);

    /// <summary>The page size asked for, 1–500, 50 by default.</summary>
    public static int PageSize(int? limit) => limit switch
    {
        null => 50,
        >= 1 and <= MaxPage => limit.Value,
        _ => throw Invalid($"'limit' must be 1 to {MaxPage}."),
    };
}
