using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Revela.Providers.Line;

/// <summary>
/// The line to one service: time limit, repeats, circuit breaker. What was certainly not done is asked for again;
/// what may have been done (and charged for) never is. How long a service wants to be left alone is the whole fleet's matter (<see cref="Cashier"/>).
/// </summary>
public sealed class ServiceLine
{
    const int Repeats = 3;
    const int FailuresSeen = 10;
    static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(0.5);
    static readonly TimeSpan FailuresWithin = TimeSpan.FromSeconds(30);
    static readonly TimeSpan Break = TimeSpan.FromSeconds(15);

    readonly string name;
    readonly IHttpClientFactory clients;
    readonly TimeSpan limit;
    readonly TimeProvider time;
    readonly ResiliencePipeline<ServiceAnswer> pipeline;

    /// <param name="name">Of the HTTP client, and of the service in what people read.</param>
    /// <param name="limit">Longest time of one try.</param>
    public ServiceLine(string name, IHttpClientFactory clients, TimeSpan limit, TimeProvider time)
    {
        (this.name, this.clients, this.limit, this.time) = (name, clients, limit, time);
        pipeline = new ResiliencePipelineBuilder<ServiceAnswer> { TimeProvider = time }.AddRetry(Repeating()).AddCircuitBreaker(Breaking()).Build();
    }

    /// <param name="request">Makes a request for each try.</param>
    /// <param name="read">Judges the reply; whatever it throws for a connection that breaks is told as an answer.</param>
    /// <exception cref="OperationCanceledException">Cancelled before a call was under way. One that is under way is waited for: it may be paid already.</exception>
    public async Task<ServiceAnswer> Ask(Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<ServiceAnswer>> read, CancellationToken cancel)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token =>
            {
                token.ThrowIfCancellationRequested();
                return await Try(request, read);
            }, cancel);
        }
        catch (BrokenCircuitException)
        {
            return new ServiceAnswer.Away($"{name} has failed again and again and is left alone for a moment.");
        }
    }

    async Task<ServiceAnswer> Try(Func<HttpRequestMessage> request, Func<HttpResponseMessage, CancellationToken, Task<ServiceAnswer>> read)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var message = request();
        try
        {
            using var client = clients.CreateClient(name);
            using var reply = await client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return await read(reply, timeout.Token);
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new ServiceAnswer.Away($"{name} cannot be reached.");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return new ServiceAnswer.Unanswered($"The connection to {name} broke before its answer was there.");
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            return new ServiceAnswer.Unanswered($"{name} did not answer within {limit.TotalSeconds:0} s.");
        }
    }

    static RetryStrategyOptions<ServiceAnswer> Repeating() => new()
    {
        MaxRetryAttempts = Repeats,
        Delay = FirstWait,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is ServiceAnswer.Away),
    };

    static CircuitBreakerStrategyOptions<ServiceAnswer> Breaking() => new()
    {
        FailureRatio = 0.8,
        MinimumThroughput = FailuresSeen,
        SamplingDuration = FailuresWithin,
        BreakDuration = Break,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Result is ServiceAnswer.Away or ServiceAnswer.Unanswered),
    };
}
