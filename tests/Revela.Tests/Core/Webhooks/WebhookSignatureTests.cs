using Revela.Core.Webhooks;
using Shouldly;
using Xunit;

namespace Revela.Tests.Core.Webhooks;

/// <summary>Signatures as every library of Standard Webhooks checks them.</summary>
public sealed class WebhookSignatureTests
{
    // The vector of the specification's own libraries.
    static readonly byte[] Secret = Convert.FromBase64String("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek", Body = """{"test": 2432232314}""", Signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1614265330);

    [Fact]
    public void The_vector_of_the_standard_is_signed_as_it_says()
    {
        WebhookSignature.Sign([Secret], Id, At, Body).ShouldBe(Signature);
        WebhookSignature.Spell(Secret).ShouldBe("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    [Fact]
    public void With_two_secrets_there_are_two_signatures_the_newer_first()
    {
        var fresh = WebhookSignature.NewSecret();
        WebhookSignature.Sign([fresh, Secret], Id, At, Body).ShouldBe($"{WebhookSignature.Sign([fresh], Id, At, Body)} {Signature}");
    }
}
