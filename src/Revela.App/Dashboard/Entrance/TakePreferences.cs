namespace Revela.App.Dashboard.Entrance;

/// <summary>POST /preferences: remembers language and theme in this browser.</summary>
public static class TakePreferences
{
    public static IResult Handle(HttpContext http)
    {
        var form = http.Request.Form;
        Preferences.Remember(http, form["lang"], form["theme"]);
        return Answers.Go(http, Answers.Local(form["then"]));
    }
}
