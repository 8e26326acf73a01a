using Microsoft.AspNetCore.Http.HttpResults;
using Revela.App.Accounts;
using Revela.App.Api.OpenApi;
using Revela.App.Api.Views;
using Revela.Core.Ledger;

namespace Revela.App.Api.Money;

/// <summary>GET /api/v1/spending: what services took, day by day.</summary>
public static class ListSpending
{
    const int DaysByDefault = 30;

    [EndpointSummary("Read what outside services took, day by day")]
    [EndpointDescription("For the tenant who asks, by service and day of UTC, newest first: the last thirty days, or those from `from` to `until`. Calls are kept for forty days.")]
    [Refuses(400)]
    public static async Task<Ok<SpendingList>> Handle(DateOnly? from, DateOnly? until, HttpContext http, ICallStore calls, TimeProvider time, CancellationToken cancel)
    {
        var last = until ?? DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);
        if (last == DateOnly.MaxValue) throw Refusals.Invalid("'until' is too late a day.");
        var first = from ?? (last.DayNumber > DaysByDefault ? last.AddDays(1 - DaysByDefault) : DateOnly.MinValue);
        if (first > last) throw Refusals.Invalid("'from' must not be after 'until'.");
        var days = await calls.Spent(http.Tenant(), first, last, cancel);
        return TypedResults.Ok(new SpendingList(days.Sum(day => day.Usd), days));
    }
}
