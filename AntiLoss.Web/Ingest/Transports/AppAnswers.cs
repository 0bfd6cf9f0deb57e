using System.Globalization;
using AntiLoss.Web.Ingest.Phones;

namespace AntiLoss.Web.Ingest.Transports;

/// <summary>Writes a <see cref="PhoneAnswer"/> as HTTP: the answer-code table. Never 429, on which apps lose data.</summary>
internal static class AppAnswers
{
    private const int LeastRetrySeconds = 2;
    private const int MostRetrySeconds = 10;
    private static readonly byte[] EmptyArray = "[]"u8.ToArray();

    /// <summary>Answers an app that expects JSON, an empty array by default.</summary>
    public static Task WriteJsonAsync(HttpContext context, PhoneAnswer answer, ReadOnlyMemory<byte> taken = default)
    {
        SetStatus(context.Response, answer);
        if (context.Response.StatusCode != StatusCodes.Status200OK)
            return Task.CompletedTask;
        var body = taken.IsEmpty ? EmptyArray : taken;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        return context.Response.BodyWriter.WriteAsync(body).AsTask();
    }

    /// <summary>Answers an app that expects no body.</summary>
    public static Task WriteEmptyAsync(HttpContext context, PhoneAnswer answer)
    {
        SetStatus(context.Response, answer);
        context.Response.ContentLength = 0;
        return Task.CompletedTask;
    }

    /// <summary>Asks to come again later, each at another time.</summary>
    public static void SetLater(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = Random.Shared.Next(LeastRetrySeconds, MostRetrySeconds + 1).ToString(CultureInfo.InvariantCulture);
    }

    private static void SetStatus(HttpResponse response, PhoneAnswer answer)
    {
        switch (answer)
        {
            case PhoneAnswer.Taken or PhoneAnswer.Quarantined:
                response.StatusCode = StatusCodes.Status200OK;
                break;
            case PhoneAnswer.WrongPassword:
                response.StatusCode = StatusCodes.Status401Unauthorized;
                response.Headers.WWWAuthenticate = "Basic realm=\"AntiLoss\"";
                break;
            case PhoneAnswer.Blocked:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
            case PhoneAnswer.Retired:
                response.StatusCode = StatusCodes.Status410Gone;
                break;
            default:
                SetLater(response);
                break;
        }
    }
}
