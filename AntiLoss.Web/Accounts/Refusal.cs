using Microsoft.AspNetCore.Mvc;

namespace AntiLoss.Web.Accounts;

/// <summary>Writes a refusal that comes from outside of an endpoint, as problem details.</summary>
internal static class Refusal
{
    public static Task WriteAsync(HttpContext context, int status, string title)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(
            new ProblemDetails { Status = status, Title = title }, options: null, "application/problem+json", context.RequestAborted);
    }
}
