using AntiLoss.Grains.Fleets;
using Microsoft.AspNetCore.Authorization;

namespace AntiLoss.Web.Accounts;

/// <summary>
/// The policies of which every endpoint and hub method states one. What states none refuses everybody; what states one
/// is still only about the caller's own fleets, which its handler sees to.
/// </summary>
internal static class Access
{
    /// <summary>Whoever is signed in, whatever they may do: about themselves.</summary>
    public const string SignedIn = "signed-in";

    public const string Read = "read";
    public const string Report = "report";
    public const string Act = "act";
    public const string Manage = "manage";

    /// <summary>The installation's owner.</summary>
    public const string Install = "installation-owner";

    /// <summary>All there are.</summary>
    public static readonly ImmutableArray<string> Policies = [SignedIn, Read, Report, Act, Manage, Install];

    public static void AddPolicies(this AuthorizationBuilder builder) => builder
        .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(context => !IsAtEndpoint(context)).Build())
        .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().RequireAssertion(_ => false).Build())
        .AddPolicy(SignedIn, policy => policy.RequireAuthenticatedUser())
        .AddPolicy(Read, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, Rights.Read)))
        .AddPolicy(Report, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, Rights.Report)))
        .AddPolicy(Act, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, Rights.Act)))
        .AddPolicy(Manage, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => Has(context, Rights.Manage)))
        .AddPolicy(Install, policy => policy.RequireAuthenticatedUser().RequireClaim(Caller.InstallationOwnerClaim, "true"));

    /// <summary>Answers whoever is signed in and may not do what was asked for.</summary>
    public static Task ForbidAsync(HttpContext context) => Refusal.WriteAsync(context, StatusCodes.Status403Forbidden, WordsFor(context));

    private static string WordsFor(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Any(data => data.Policy == Install) == true ? "This is for the installation's owner."
        : context.User.Identity?.AuthenticationType == ApiKeyAuthentication.SchemeName ? "This API key may not do that."
        : "Your role does not allow that.";

    private static bool Has(AuthorizationHandlerContext context, Rights right) => Caller.TryFrom(context.User)?.Rights.HasFlag(right) == true;

    /// <summary>A path without an endpoint is answered as one: there is nothing there that could have stated a policy.</summary>
    private static bool IsAtEndpoint(AuthorizationHandlerContext context) => context.Resource is not HttpContext http || http.GetEndpoint() is not null;
}
