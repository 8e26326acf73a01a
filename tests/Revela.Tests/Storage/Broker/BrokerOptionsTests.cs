using System.Text.Json;
using Revela.App;
using Revela.Core;
using Revela.Storage.Broker;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage.Broker;

/// <summary>The settings of the broker: mistakes are told at the start, and the password never.</summary>
public sealed class BrokerOptionsTests
{
    [Theory]
    [InlineData("amqp://rabbit", "revela.events", "/revela", 0)]
    [InlineData("amqps://user:secret@rabbit:5671/shop", "shop", "https://shop.example.com", 0)]
    [InlineData("http://rabbit:5672", "revela.events", "/revela", 1)]
    [InlineData("rabbit:5672", "revela.events", "/revela", 1)]
    [InlineData("", "amq.topic", "", 3)]
    public void Mistakes_are_told_all_at_once(string url, string exchange, string source, int mistakes) =>
        new BrokerOptions { Url = url, Exchange = exchange, Source = source }.Mistakes().Count.ShouldBe(mistakes);

    [Fact]
    public void Without_an_address_nothing_else_matters()
    {
        var none = new BrokerOptions { Exchange = "", Source = "" };
        none.Mistakes().ShouldBeEmpty();
        (none.RingsBells, none.TellsEvents).ShouldBe((false, false));
        var some = new BrokerOptions { Url = "amqp://rabbit", Signals = false };
        (some.RingsBells, some.TellsEvents).ShouldBe((false, true));
    }

    [Fact]
    public void The_address_is_printed_nowhere()
    {
        var options = new RevelaOptions { Broker = new BrokerOptions { Url = "amqp://user:hidden-word@rabbit" } };
        options.ToString().ShouldNotContain("hidden-word");
        options.Broker.ToString().ShouldNotContain("hidden-word");
        JsonSerializer.Serialize(options, RevelaJson.Options).ShouldNotContain("hidden-word");
    }

    [Fact]
    public async Task A_broker_that_is_not_there_is_told_without_its_password()
    {
        var away = new BrokerOptions { Url = "amqp://user:hidden-word@127.0.0.1:1" };
        var fault = await Should.ThrowAsync<Exception>(() => BrokerConnection.Try(away, default));
        fault.ToString().ShouldNotContain("hidden-word");
    }
}
