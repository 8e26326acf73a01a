using Revela.App.Api;
using Revela.App.Dashboard.Catalogue;
using Revela.App.Dashboard.Costs;
using Revela.App.Dashboard.Develop;
using Revela.App.Dashboard.Entrance;
using Revela.App.Dashboard.Frame;
using Revela.App.Dashboard.Gallery;
using Revela.App.Dashboard.Home;
using Revela.App.Dashboard.Jobs;
using Revela.App.Dashboard.People;
using Revela.App.Dashboard.Pipelines;
using Revela.App.Dashboard.Queues;
using Revela.App.Dashboard.Race;
using Revela.App.Dashboard.Static;

namespace Revela.App.Dashboard;

/// <summary>What the dashboard is made of besides its pages.</summary>
public static class DashboardParts
{
    /// <param name="secret">Signs the tokens of forms; the same for every process of the store.</param>
    public static IServiceCollection AddDashboard(this IServiceCollection services, byte[] secret) => services
        .AddSingleton(new FormToken(secret)).AddSingleton<FormCheck>().AddSingleton<StaticFiles>()
        .AddSingleton<Developing>().AddSingleton<Quotes>().AddSingleton<Examples>().AddSingleton<ShowDevelop>().AddSingleton<TakeDevelop>().AddSingleton<ShowPicture>().AddSingleton<GalleryOrders>()
        .AddSingleton<ShowRace>().AddSingleton<ShowReview>()
        .AddSingleton<ArticleLines>().AddSingleton<ShowCatalogue>().AddSingleton<ShowArticle>().AddSingleton<TakeCatalogue>()
        .AddSingleton<Pace>().AddHostedService(parts => parts.GetRequiredService<Pace>())
        .AddSingleton<DraftForm>().AddSingleton<EditPipeline>().AddSingleton<ShowHome>().AddSingleton<ShowCosts>().AddSingleton<BulkOrder>().AddSingleton<TakePeople>().AddSingleton<TakePassword>().AddSingleton<Visits>().AddSingleton<ErrorPages>().AddSingleton(parts => new ErrorPage(parts.GetRequiredService<ErrorPages>().Answer));
}
