using Revela.App.Accounts;
using Revela.App.Api;
using Revela.App.Recipes.RacePhotos;

namespace Revela.App.Dashboard.Race;

/// <summary>POST /race/review: what somebody says of a doubtful reading; leads to the next one.</summary>
public static class TakeReview
{
    /// <summary>It is the number in the field; it is none; or the decision is taken back.</summary>
    public const string Is = "is", IsNone = "none", Undo = "undo";

    public static async Task<IResult> Handle(HttpContext http, Photos photos, AuditLog audit, CancellationToken cancel)
    {
        var form = http.Request.Form;
        var reading = ReadingName.Parse(form["reading"]) ?? throw Refusals.Invalid("'reading' is none.");
        var decision = DecisionOf(reading, form["order"].ToString(), form["number"].ToString().Trim());
        var (photo, isDone) = await photos.Decide(http.Tenant(), reading.Photo, decision, cancel);
        if (isDone) await audit.Note(http, "photo.review", $"{reading.Photo:D}: {reading.Bib}, {form["order"]} {decision.Number}".TrimEnd());
        var told = isDone ? $"race.{form["order"]}" : "race.decided-before";
        return Answers.Go(http, After(form, decision, reading, Photos.ReadingsOf(photo, Review.Waiting, names: null).Count, isDone), told, decision.Number ?? reading.Bib);
    }

    static string After(IFormCollection form, Decision decision, ReadingName reading, int left, bool isDone)
    {
        if (form["then"].ToString() is { Length: > 0 } then) return Answers.Local(then);
        if (decision.Ruling == Ruling.Undo) return (ReviewPlace.Begin with { Photo = reading.Photo }).Address();
        var next = form["next"].ToString() is { Length: > 0 } cursor ? cursor : null;
        var after = ReviewPlace.Of(name => form[name]).Go(left, next, reading);
        return (isDone ? after : after with { Last = null }).Address();
    }

    static Decision DecisionOf(ReadingName reading, string order, string number) => order switch
    {
        Is when number == reading.Bib => new Decision(reading.Bib, reading.Box, Ruling.Accept),
        Is when RosterFile.IsBib(number) => new Decision(reading.Bib, reading.Box, Ruling.Correct, number),
        Is => throw Refusals.Invalid("A number has 1 to 9 digits."),
        IsNone => new Decision(reading.Bib, reading.Box, Ruling.Reject),
        Undo => new Decision(reading.Bib, reading.Box, Ruling.Undo),
        _ => throw Refusals.Invalid("'order' is is, none or undo."),
    };
}
