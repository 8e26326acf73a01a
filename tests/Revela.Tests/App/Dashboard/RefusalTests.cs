using Revela.Core.Accounts;
using Revela.Core.Ledger;
using Revela.Core.Queues;
using Revela.Tests.App.Accounts;
using Shouldly;
using Xunit;

namespace Revela.Tests.App.Dashboard;

/// <summary>What forms are refused with is said in the language of the page.</summary>
[Collection(nameof(SharedServer))]
public sealed class RefusalTests(SharedServer shared)
{
    LiveServer Live => shared.Live;

    [Theory]
    [InlineData("/people", "'email' must be an email address.", "«email» debe ser una dirección de correo.", "email=nobody")]
    [InlineData("/keys", "A key's name has 1 to 100 characters.", "El nombre de una clave tiene de 1 a 100 caracteres.", "scopes=read")]
    [InlineData("/keys", "A key may do at least one of", "Una clave puede hacer al menos una de estas cosas:", "name=tienda")]
    [InlineData("/queues/refused", "'concurrency' must be at least 1; 'keep_completed' must be a whole number.", "«concurrency» debe ser como mínimo 1; «keep_completed» debe ser un número entero.", "concurrency=0&keep_completed=muchos")]
    [InlineData("/queues/refused", "'min_gap_seconds' must be at least 0 and at most", "«min_gap_seconds» debe ser como mínimo 0 y como mucho", "min_gap_seconds=999999 d")]
    [InlineData("/queues/refused", "'rate_period_seconds' must be a number", "«rate_period_seconds» debe ser un número", "rate_period_seconds=pronto")]
    [InlineData("/queues/No-Name", "A queue's name has lower-case letters", "El nombre de una cola tiene letras minúsculas", "concurrency=1")]
    [InlineData("/queues/refused/clean", "How old must be a time such as 7 d or 12 h.", "La antigüedad debe ser un tiempo como 7 d o 12 h.", "older_than=ayer")]
    [InlineData("/queues/no-such/pause", "There is no such queue.", "No existe esa cola.", "")]
    [InlineData("/costs/budgets", "A budget's name has lower-case letters", "El nombre de un presupuesto tiene letras minúsculas", "name=No Name&amount=1&per=day")]
    [InlineData("/costs/budgets", "'amount_usd' must be a number", "«amount_usd» debe ser un número", "name=good&amount=mucho&per=day")]
    [InlineData("/costs/budgets", "'per' must be one of day, month", "«per» debe ser uno de day, month", "name=good&amount=1&per=siglo")]
    [InlineData("/costs/budgets/no-such/delete", "There is no such budget.", "No existe ese presupuesto.", "")]
    [InlineData("/webhooks", "Only http and https URLs can be used.", "Solo valen direcciones http y https.", "url=ftp://example.com/&events=job.completed")]
    [InlineData("/webhooks", "The URL leads to an address that is not public.", "La dirección lleva a un lugar que no es público.", "url=https://10.0.0.1/&events=job.completed")]
    [InlineData("/webhooks", "'events' may hold", "«events» puede tener", "url=https://example.com/")]
    [InlineData("/develop", "Choose pictures first.", "Elige antes unas imágenes.", "pipeline=thumbnail")]
    [InlineData("/develop", "There is no pipeline 'nada'; there are", "No hay ningún proceso «nada»; hay", "pipeline=nada")]
    [InlineData("/develop", "step 1 (resize): width must be a whole number from", "paso 1 (resize): width debe ser un número entero de", "pipeline=web&settings=web&step-0-width=0")]
    [InlineData("/gallery/do", "Choose pictures first.", "Elige antes unas imágenes.", "order=delete")]
    [InlineData("/gallery/again", "There is no such job.", "No existe ese trabajo.", "job=no")]
    [InlineData("/jobs/00000000-0000-0000-0000-000000000001/cancel", "There is no such job.", "No existe ese trabajo.", "")]
    [InlineData("/jobs/quarantine/none/release", "There is no such quarantined input.", "No existe esa entrada en cuarentena.", "")]
    [InlineData("/workers/drain", "There is no such worker.", "No existe ese trabajador.", "worker=none&drain=true")]
    [InlineData("/notifications/00000000-0000-0000-0000-000000000001/read", "There is no such notification.", "No existe esa notificación.", "")]
    [InlineData("/webhooks/deliveries/00000000-0000-0000-0000-000000000001/replay", "There is no such delivery.", "No existe ese envío.", "")]
    [InlineData("/pipelines/no-such/delete", "Somebody has changed pipelines.yaml meanwhile", "Otra persona cambió pipelines.yaml mientras tanto", "version=old")]
    public async Task A_form_is_refused_in_the_language_of_the_page(string address, string english, string spanish, string fields)
    {
        await Live.Part<IQueueStore>().Save(new Queue { Name = "refused" }, default);
        using var browser = await Browser.SignedIn(Live, Role.Admin);
        await browser.Load("/");
        await Refused(browser, address, english, fields);
        await browser.Load("/");
        await browser.Do("/preferences", ("lang", "es"));
        await Refused(browser, address, spanish, fields);
    }

    [Fact]
    public async Task What_stands_in_the_way_is_said_in_the_language_of_the_page()
    {
        var person = await Person.Add(Live);
        var ended = (await Live.Develop(Pictures.New(), "grayscale"))["id"]!.ToString();
        await Live.Part<IBudgetStore>().Save(new Budget("refused-twice", null, null, 1, BudgetPeriod.Day, Hard: false), default);
        using var browser = await Browser.SignedIn(Live, Role.Admin);
        await browser.Load("/");
        await browser.Do("/preferences", ("lang", "es"));
        foreach (var (address, said, fields) in new[]
        {
            ("/people", $"Ya hay una persona con el correo {person.Email}.", $"email={person.Email}"),
            ("/costs/budgets", "Ya hay un presupuesto «refused-twice».", "name=refused-twice&amount=1&per=day"),
            ($"/jobs/{ended}/cancel", "El trabajo ya ha terminado.", ""),
            ($"/jobs/{ended}/retry", "El trabajo está completado", ""),
        })
        {
            await browser.Load("/");
            await Refused(browser, address, said, fields);
        }
        await Live.Part<IBudgetStore>().Delete("refused-twice", default);
        await browser.Load("/");
        await browser.SendWith("another", "/queues/refused/pause");
        browser.Html.ShouldContain("Este formulario es de otra sesión");
        browser.Html.ShouldContain("No tienes permiso para esto");
    }

    [Fact]
    public async Task A_program_gets_the_detail_in_the_language_it_asks_for_and_the_same_code()
    {
        (await Live.Client.GetAsync($"/api/v1/jobs/{Guid.NewGuid():D}").ShouldBeProblem(404, "not-found")).ShouldBe("There is no such job.");
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/jobs/{Guid.NewGuid():D}");
        request.Headers.AcceptLanguage.ParseAdd("es-CO, en;q=0.5");
        using var answer = await Live.Client.SendAsync(request);
        (await Task.FromResult(answer).ShouldBeProblem(404, "not-found")).ShouldBe("No existe ese trabajo.");
        answer.Content.Headers.ContentLanguage.ShouldBe(["es"]);
    }

    static async Task Refused(Browser browser, string address, string said, string fields)
    {
        var html = await browser.Send(address, [.. fields.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(field => (field.Split('=', 2)[0], field.Split('=', 2)[1]))]);
        ((int)browser.Answer.StatusCode).ShouldBeGreaterThanOrEqualTo(400, html);
        html.ShouldContain(said);
        html.ShouldNotContain("<span lang=\"en\"");
    }
}
