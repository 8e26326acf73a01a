namespace Revela.Providers.Fakes;

/// <summary>What a call to a fake meets; each service tells it in its own wire format.</summary>
public enum Trouble
{
    None,

    /// <summary>Too many calls, without a word on how long to wait.</summary>
    RateLimit,

    /// <summary>Too many calls: again in one and a half seconds.</summary>
    RateLimitWithDelay,

    /// <summary>The quota of the day is used up.</summary>
    DayQuota,
    NoCredit,
    BadKey,
    UnknownModel,
    BadRequest,
    ServerError,

    /// <summary>Against the service's rules.</summary>
    Refusal,

    /// <summary>In order, without a picture.</summary>
    NoPicture,

    /// <summary>A picture that is none.</summary>
    Nonsense,

    /// <summary>The work is done, and the connection breaks within the answer.</summary>
    Cut,

    /// <summary>The work is done, and no answer comes until the caller gives up.</summary>
    Silence,
}
