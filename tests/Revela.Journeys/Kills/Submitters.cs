using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Revela.Journeys.Pictures;

namespace Revela.Journeys.Kills;

/// <summary>
/// Clients that post one numbered job after another, whatever dies meanwhile. Each number is one idempotency key, repeated until it is
/// answered with 202: so a job that was kept but never answered must not come twice.
/// </summary>
sealed class Submitters(Server server)
{
    readonly Channel<int> allowed = Channel.CreateUnbounded<int>();
    readonly ConcurrentDictionary<int, string> accepted = [];
    int next, longs;

    /// <summary>The job of each number.</summary>
    public IReadOnlyDictionary<int, string> Accepted => accepted;

    /// <summary>Posts that were cut off or refused because the server was dying.</summary>
    public int Repeats { get; private set; }

    /// <summary>Lets so many more be posted.</summary>
    public void Allow(int jobs)
    {
        for (var i = 0; i < jobs; i++) allowed.Writer.TryWrite(Interlocked.Increment(ref next) - 1);
    }

    /// <summary>Lets what is missing of so many be posted, and then no more.</summary>
    public void AllowTheRest(int jobs)
    {
        Allow(jobs - Volatile.Read(ref next));
        allowed.Writer.Complete();
    }

    /// <summary>Posts whatever is allowed, until the last has been accepted.</summary>
    public Task Run(int clients) => Task.WhenAll(Enumerable.Range(0, clients).Select(_ => Task.Run(Client)));

    /// <summary>Posts one more now, of those whose job is kept when it is done; its id.</summary>
    public async Task<string> PostOne()
    {
        int number;
        do
        {
            number = Interlocked.Increment(ref next) - 1;
            accepted[number] = await Insist(number);
        }
        while (NumberedJobs.IsPruned(number));
        return accepted[number];
    }

    /// <summary>Posts one that takes long; its id.</summary>
    public async Task<string> PostLong()
    {
        var number = NumberedJobs.Long(Interlocked.Increment(ref longs));
        return accepted[number] = await Insist(number);
    }

    async Task Client()
    {
        await foreach (var number in allowed.Reader.ReadAllAsync()) accepted[number] = await Insist(number);
    }

    async Task<string> Insist(int number)
    {
        var fields = new Dictionary<string, string>
        {
            ["pipeline"] = NumberedJobs.Pipeline(number),
            ["idempotency"] = string.Create(CultureInfo.InvariantCulture, $"job-{number}"),
        };
        while (true)
        {
            var door = await server.Up;
            try
            {
                using var answer = await door.Send("/api/v1/jobs", NumberedJobs.Image(number), fields);
                var body = await answer.Content.ReadAsStringAsync();
                if (answer.StatusCode == HttpStatusCode.Accepted) return JsonNode.Parse(body)!.Id();
                // Kept, developed and pruned before its client was told of it.
                if (answer.StatusCode == HttpStatusCode.NotFound && NumberedJobs.IsPruned(number)) return $"pruned-{number}";
                if ((int)answer.StatusCode < 500) throw new InvalidOperationException($"job {number} was refused: {(int)answer.StatusCode} {body}");
            }
            catch (Exception e) when (e is HttpRequestException or SocketException or IOException or TaskCanceledException)
            {
            }
            Repeats++;
            // Its end may be noticed here before it is noticed there.
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
