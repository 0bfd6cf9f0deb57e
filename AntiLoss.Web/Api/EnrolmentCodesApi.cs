using AntiLoss.Domain.Agents;
using AntiLoss.Domain.Identity;
using AntiLoss.Web.Accounts;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AntiLoss.Web.Api;

/// <summary>A code with which a phone's agent enrols once.</summary>
public sealed record EnrolmentCodeView(string Code, DateTimeOffset ExpiresAt);

/// <summary>Lets a phone's agent in.</summary>
internal static class EnrolmentCodesApi
{
    public static void MapEnrolmentCodes(this IEndpointRouteBuilder api) => api.MapPost("/devices/{id}/enrolment-code", PostAsync).RequireAuthorization(Access.Act)
        .WithTags("Devices").WithName("MakeEnrolmentCode").WithSummary("A code with which the phone's agent enrols once, within ten minutes.");

    private static async Task<Results<Ok<EnrolmentCodeView>, NotFound>> PostAsync(
        Caller caller, string id, DeviceOperations devices, MasterKeys keys, TimeProvider time, HttpContext context, CancellationToken cancellationToken)
    {
        if (await devices.FindAsync(caller, id, cancellationToken) is not { } view)
            return TypedResults.NotFound();
        var code = new EnrolmentCode(
            view.Row.Key, (view.State.Guards?.Agent?.Enrolment ?? 0) + 1, time.GetUtcNow() + EnrolmentCode.GoodFor, keys.Current);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new EnrolmentCodeView(code.ToText(keys), code.ExpiresAt));
    }
}
