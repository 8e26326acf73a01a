using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Revela.App.Accounts;
using Revela.Core;
using Revela.Core.Jobs;

namespace Revela.App.Dashboard;

/// <summary>Proves that a form was made by this dashboard for the session that sends it; holds on every server of the store and through restarts.</summary>
public sealed class FormToken(byte[] secret)
{
    public const string Field = "token";

    /// <param name="access">Whose forms they are; null for those of whoever has not signed in.</param>
    public string For(Access? access) => Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(access?.Presented ?? "")));

    public bool Matches(string? sent, Access? access) =>
        sent is not null && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(sent), Encoding.ASCII.GetBytes(For(access)));
}

/// <summary>Lets no form through that this dashboard has not made, or that a page of another site sends.</summary>
public sealed class FormCheck(FormToken token, OriginCheck origins) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        origins.Require(http.Request);
        if (!http.Request.HasFormContentType) throw new RevelaException(ErrorCodes.UnsupportedMediaType, "Send a form.");
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (!token.Matches(form[FormToken.Field], http.Features.Get<Access>()))
            throw new RevelaException(ErrorCodes.WrongOrigin, "This form belongs to another session: load the page again.");
        return await next(context);
    }
}
