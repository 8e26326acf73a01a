using Revela.App.Accounts;
using Revela.Core.Accounts;
using Revela.Core.Notices;
using Shouldly;
using Xunit;
using static Revela.Tests.App.LiveServer;

namespace Revela.Tests.App.Notifications;

/// <summary>The list of what somebody was told.</summary>
public sealed class ListNotificationsTests
{
    [Fact]
    public async Task The_number_that_is_unread_never_runs_ahead_of_the_list_while_more_is_told()
    {
        await using var live = await Start();
        var (key, plain) = await live.NewKey(Scopes.Read);
        using var reader = live.With(plain);
        var job = Guid.Parse((await live.Develop(Pictures.Disc(), "grayscale"))["id"]!.ToString());
        var notices = live.Part<INoticeStore>();

        const int most = 100;
        var telling = Task.Run(async () =>
        {
            for (var i = 0; i < most; i++)
            {
                await notices.Add(new Watch(job, key.Tenant, key.Id, "cutout", null, TimeProvider.System.GetUtcNow()), CancellationToken.None);
                await notices.Tell(CancellationToken.None);
            }
        });
        for (var unread = 0; unread < most;)
        {
            if (telling.IsFaulted) await telling;
            var page = await reader.GetAsync($"/api/v1/notifications?limit={most}").ShouldBe(200);
            unread = page["unread"]!.GetValue<int>();
            page["notifications"]!.AsArray().Count.ShouldBeGreaterThanOrEqualTo(unread);
        }
        await telling;
    }
}
