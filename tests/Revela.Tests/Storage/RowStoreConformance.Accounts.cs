using Revela.Core;
using Revela.Core.Accounts;
using Revela.Core.Jobs;
using Shouldly;
using Xunit;

namespace Revela.Tests.Storage;

public abstract partial class RowStoreConformance
{
    static readonly TimeSpan LockFor = TimeSpan.FromMinutes(15);

    [SkippableFact]
    public async Task A_person_reads_as_added_and_an_email_is_taken_once_over_all_tenants()
    {
        var ana = NewUser("ana@example.com");
        (await Store.Users.Add(ana, None)).ShouldBeTrue();
        (await Store.Users.Find(ana.Email, None)).ShouldBe(ana);
        (await Store.Users.Get(ana.Id, None)).ShouldBe(ana);
        (await Store.Users.Find("none@example.com", None)).ShouldBeNull();
        (await Store.Users.Get(Ids.New(Time), None)).ShouldBeNull();

        (await Store.Users.Add(NewUser(ana.Email) with { Tenant = "other" }, None)).ShouldBeFalse();
        var zoe = NewUser("zoe@example.com") with { Tenant = "other" };
        await Store.Users.Add(zoe, None);
        (await Store.Users.List(Tenant, None)).ShouldBe([ana]);
        (await Store.Users.List(null, None)).ShouldBe([ana, zoe]);
    }

    [SkippableFact]
    public async Task Of_many_who_add_one_email_at_once_one_does()
    {
        await using var second = await Open();
        var added = await Task.WhenAll(Enumerable.Range(0, 10).Select(i => (i % 2 == 0 ? Store : second).Users.Add(NewUser("ana@example.com"), None)));
        added.Count(one => one).ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_change_leaves_the_rest_and_ends_sessions_when_it_must()
    {
        var ana = await AddUser();
        var session = await Begin(ana);
        (await Store.Users.Change(ana.Id, new UserChange { Role = Role.Operator, Name = "Ana B." }, None)).ShouldBe(ana with { Role = Role.Operator, Name = "Ana B.", SignedInAt = Time.GetUtcNow() });
        (await Store.Users.FindSession(session.Sha256, None))!.User.Role.ShouldBe(Role.Operator);

        (await Store.Users.Change(ana.Id, new UserChange { PasswordHash = "another" }, None))!.PasswordHash.ShouldBe("another");
        (await Store.Users.FindSession(session.Sha256, None)).ShouldBeNull();

        session = await Begin(ana with { PasswordHash = "another" });
        (await Store.Users.Change(ana.Id, new UserChange { Disabled = true }, None))!.DisabledAt.ShouldBe(Time.GetUtcNow());
        (await Store.Users.FindSession(session.Sha256, None)).ShouldBeNull();
        (await Store.Users.Begin(NewSession(ana), "another", None)).ShouldBeFalse("a person who is disabled begins nothing");
        (await Store.Users.Change(ana.Id, new UserChange { Disabled = false }, None))!.DisabledAt.ShouldBeNull();
        (await Store.Users.Change(Ids.New(Time), new UserChange { Name = "x" }, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task Sessions_are_found_by_hash_until_they_end_and_swept_once_they_are_over()
    {
        var ana = await AddUser();
        var (first, second) = (await Begin(ana), await Begin(ana));
        (await Store.Users.FindSession(first.Sha256, None)).ShouldBe(new SignedIn(first, ana with { SignedInAt = Time.GetUtcNow() }));
        (await Store.Users.FindSession("none", None)).ShouldBeNull();
        (await Store.Users.End(first.Id, None)).ShouldBeTrue();
        (await Store.Users.End(first.Id, None)).ShouldBeFalse();
        (await Store.Users.FindSession(first.Sha256, None)).ShouldBeNull();

        Time.Advance(TimeSpan.FromHours(13));
        await Begin(ana);
        (await Store.Users.FindSession(second.Sha256, None)).ShouldBeNull();
    }

    [SkippableFact]
    public async Task A_session_begins_only_with_the_password_that_was_looked_at()
    {
        var ana = await AddUser();
        await Store.Users.Change(ana.Id, new UserChange { PasswordHash = "new" }, None);
        (await Store.Users.Begin(NewSession(ana), ana.PasswordHash, None)).ShouldBeFalse();
        (await Store.Users.Begin(NewSession(ana), "new", None)).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task Of_guesses_at_the_same_time_no_more_are_let_through_than_there_are_tries()
    {
        var ana = await AddUser();
        await using var second = await Open();
        var tries = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : second).Users.TakeTry(ana.Id, 5, LockFor, None)));
        tries.Count(allowed => allowed).ShouldBe(5);
        (await Store.Users.Get(ana.Id, None))!.LockedUntil.ShouldBe(Time.GetUtcNow() + LockFor);

        Time.Advance(LockFor - TimeSpan.FromSeconds(1));
        (await Store.Users.TakeTry(ana.Id, 5, LockFor, None)).ShouldBeFalse();
        Time.Advance(TimeSpan.FromSeconds(1));
        (await Store.Users.TakeTry(ana.Id, 5, LockFor, None)).ShouldBeTrue();
        (await Store.Users.TakeTry(Ids.New(Time), 5, LockFor, None)).ShouldBeFalse();
    }

    [SkippableFact]
    public async Task A_sign_in_and_a_new_password_give_the_tries_back()
    {
        var ana = await AddUser();
        for (var i = 0; i < 4; i++) await Store.Users.TakeTry(ana.Id, 5, LockFor, None);
        await Begin(ana);
        (await Store.Users.Get(ana.Id, None))!.Tries.ShouldBe(0);

        for (var i = 0; i < 5; i++) await Store.Users.TakeTry(ana.Id, 5, LockFor, None);
        (await Store.Users.TakeTry(ana.Id, 5, LockFor, None)).ShouldBeFalse();
        await Store.Users.Change(ana.Id, new UserChange { PasswordHash = "new" }, None);
        (await Store.Users.TakeTry(ana.Id, 5, LockFor, None)).ShouldBeTrue();
    }

    [SkippableFact]
    public async Task The_audit_log_is_read_newest_first_by_tenant_action_and_actor()
    {
        var ana = new Actor(ActorKind.User, Ids.New(Time), "ana@example.com");
        var root = new Actor(ActorKind.Terminal, null, "root");
        await Note(ana, "queue.pause", "default");
        await Note(root, "user.add", null);
        await Note(ana, "queue.resume", "default");
        await Note(ana, "queue.pause", "theirs", tenant: "other");

        (await Read()).Items.Select(entry => entry.Action).ShouldBe(["queue.resume", "user.add", "queue.pause"]);
        (await Read(action: "queue.pause")).Items.ShouldBe([new AuditEntry(Time.GetUtcNow(), Tenant, ana, "queue.pause", "default", "127.0.0.1")]);
        (await Read(actor: "root")).Items.ShouldHaveSingleItem().Actor.ShouldBe(root);
        var page = await Read(limit: 2);
        (await Read(cursor: page.Next)).Items.ShouldHaveSingleItem().Action.ShouldBe("queue.pause");

        Task Note(Actor actor, string action, string? target, string tenant = Tenant) =>
            Store.Audit.Add(new AuditEntry(Time.GetUtcNow(), tenant, actor, action, target, "127.0.0.1"), None);
        Task<Page<AuditEntry>> Read(string? action = null, string? actor = null, string? cursor = null, int limit = 50) =>
            Store.Audit.List(new AuditQuery(Tenant, action, actor, cursor, limit), None);
    }

    User NewUser(string email) => new()
    {
        Id = Ids.New(Time),
        Email = email,
        Name = "Ana",
        PasswordHash = "hash",
        Role = Role.Submitter,
        Tenant = Tenant,
        CreatedAt = Time.GetUtcNow(),
    };

    async Task<User> AddUser()
    {
        var user = NewUser("ana@example.com");
        await Store.Users.Add(user, None);
        return user;
    }

    Session NewSession(User user)
    {
        var id = Ids.New(Time);
        return new Session(id, user.Id, $"{id:N}", Time.GetUtcNow(), Time.GetUtcNow().AddHours(12));
    }

    async Task<Session> Begin(User user)
    {
        var session = NewSession(user);
        (await Store.Users.Begin(session, user.PasswordHash, None)).ShouldBeTrue();
        return session;
    }
}
