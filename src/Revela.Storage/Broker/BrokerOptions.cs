using System.Text;
using System.Text.Json.Serialization;
using Revela.Core;

namespace Revela.Storage.Broker;

/// <summary>A RabbitMQ that rings the doorbells of all processes and carries events to other applications. Nothing is kept in it: while it is away, only time is lost.</summary>
public sealed record BrokerOptions
{
    /// <summary>Address as <c>amqp://user:password@host:5672/virtual-host</c>, or <c>amqps://</c> over TLS; null for no broker.</summary>
    [JsonConverter(typeof(HiddenText))]
    public string? Url { get; init; }

    /// <summary>Whether processes wake each other over it, instead of by the database.</summary>
    public bool Signals { get; init; } = true;

    /// <summary>Whether every event is published to the exchange.</summary>
    public bool Events { get; init; } = true;

    /// <summary>Topic exchange for events; made when absent.</summary>
    public string Exchange { get; init; } = "revela.events";

    /// <summary>The <c>source</c> of each event. Different for each store that publishes to one broker, since event ids are unique within a source only.</summary>
    public string Source { get; init; } = "/revela";

    public bool RingsBells => Url is not null && Signals;

    public bool TellsEvents => Url is not null && Events;

    /// <summary>All mistakes at once, each as a sentence; empty when the settings can be used.</summary>
    public IReadOnlyList<string> Mistakes()
    {
        if (Url is null) return [];
        var mistakes = new List<string>();
        if (!(Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "amqp" or "amqps" && url.Host.Length > 0))
            mistakes.Add("broker.url must be like amqp://user:password@host:5672/virtual-host.");
        if (Exchange.Length is 0 or > 200 || Exchange.StartsWith("amq.", StringComparison.Ordinal)) mistakes.Add("broker.exchange must be a name of 1 to 200 characters that does not begin with amq.");
        if (!Uri.TryCreate(Source, UriKind.RelativeOrAbsolute, out _) || Source.Length == 0) mistakes.Add("broker.source must be a URI or a path, such as /revela.");
        return mistakes;
    }

    // The address may hold a password.
    bool PrintMembers(StringBuilder text)
    {
        text.Append(Url is null ? "none" : "RabbitMQ");
        return true;
    }
}
