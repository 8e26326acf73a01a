namespace Revela.App.Dashboard.Entrance;

/// <summary>GET /sign-in.</summary>
public static class ShowSignIn
{
    public static IResult Handle(string? then, string? lang) => Screen(new SignInContents(Answers.Local(then), lang, Email: null, IsRefused: false));

    internal static Page Screen(SignInContents contents) => Page.Of<SignInScreen, SignInContents>(contents, visit => visit.Say("sign-in.title"));
}

/// <param name="Then">The page to go to afterwards.</param>
/// <param name="Lang">A language that was chosen here, to be remembered.</param>
/// <param name="Email">As it was typed.</param>
public sealed record SignInContents(string Then, string? Lang, string? Email, bool IsRefused);
