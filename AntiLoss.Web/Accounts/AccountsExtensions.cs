using AntiLoss.Domain.Identity;
using AntiLoss.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AntiLoss.Web.Accounts;

/// <summary>Who may ask: accounts, sessions, API keys, and the rule that everything else answers 401.</summary>
public static class AccountsExtensions
{
    private const string ChoosingScheme = "caller";

    /// <summary>
    /// Adds the callers' authentication, and authorization that denies by default: an endpoint that says nothing about
    /// it refuses everybody, and a path without an endpoint answers 401 to whoever is not signed in.
    /// </summary>
    public static IHostApplicationBuilder AddAccounts(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<OrganizationDirectory>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<Session>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<KnownBrowser>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<AccountLinks>();
        services.AddSingleton(provider => new PasswordLink(DataFolder.Of(provider.GetRequiredService<IConfiguration>()), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<SetupLink>();
        services.AddSingleton<Setup>();
        services.AddHostedService<SetupAtStart>();
        services.TryAddSingleton(provider => PublicUrl.From(provider.GetRequiredService<IConfiguration>()));
        services.AddOptions<SetupOptions>().BindConfiguration(SetupOptions.Section);

        services.AddAuthentication(ChoosingScheme)
            .AddPolicyScheme(ChoosingScheme, displayName: null, options => options.ForwardDefaultSelector = context =>
                ApiKeyAuthentication.IsMeant(context) ? ApiKeyAuthentication.SchemeName : CookieAuthenticationDefaults.AuthenticationScheme)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, configureOptions: null)
            .AddCookie(ConfigureCookie);

        services.AddAuthorizationBuilder().AddPolicies();

        services.AddDataProtection().SetApplicationName("AntiLoss");
        services.AddOptions<KeyManagementOptions>().Configure<IConfiguration, MasterKeys, ILoggerFactory>(KeepSessionKeys);
        return builder;
    }

    /// <summary>
    /// Keys of the session cookies lie beside the data, sealed and readable by the server's user only; a backup does not
    /// hold them, so that after a restore operators sign in again.
    /// </summary>
    private static void KeepSessionKeys(KeyManagementOptions options, IConfiguration configuration, MasterKeys keys, ILoggerFactory logger)
    {
        options.XmlEncryptor = new SessionKeySealing(keys);
        var folder = Directory.CreateDirectory(Path.Combine(DataFolder.Of(configuration), "session-keys"));
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        options.XmlRepository = new FileSystemXmlRepository(folder, logger);
    }

    private static void ConfigureCookie(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = Session.CookieName;
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Session.IdleLimit;
        options.SlidingExpiration = true;
        options.Events.OnRedirectToLogin = context => Refusal.WriteAsync(context.HttpContext, StatusCodes.Status401Unauthorized, "Nobody is signed in.");
        options.Events.OnRedirectToAccessDenied = context => Access.ForbidAsync(context.HttpContext);
        options.Events.OnValidatePrincipal = async context =>
        {
            var session = context.HttpContext.RequestServices.GetRequiredService<Session>();
            if (await session.RenewedAsync(context.Principal!, context.Properties, context.HttpContext.RequestAborted) is { } principal)
                context.ReplacePrincipal(principal);
            else
                context.RejectPrincipal();
        };
    }
}
