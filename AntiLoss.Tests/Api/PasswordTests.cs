using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Api;

/// <summary>Changing a password, and setting one that was forgotten, on the real server.</summary>
public sealed partial class PasswordTests
{
    private const string Next = "another passphrase, as long";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_changed_password_ends_every_other_session_and_guesses_at_it_are_slowed_down()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var here = Browser(server);
        using var elsewhere = Browser(server);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(here, ServerUnderTest.OwnerPassword));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(elsewhere, ServerUnderTest.OwnerPassword));

        using var wrong = await ChangeAsync(here, "not the password", Next);
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Equal(["currentPassword"], await FieldsAsync(wrong));
        using var weak = await ChangeAsync(here, ServerUnderTest.OwnerPassword, "short");
        Assert.Equal(["newPassword"], await FieldsAsync(weak));
        using var key = await ChangeAsync(server.Api, ServerUnderTest.OwnerPassword, Next);
        Assert.Equal(HttpStatusCode.Forbidden, key.StatusCode);
        using var changed = await ChangeAsync(here, ServerUnderTest.OwnerPassword, Next);
        Assert.Equal(HttpStatusCode.NoContent, changed.StatusCode);

        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/api/v1/session", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await elsewhere.GetAsync("/api/v1/session", Token)).StatusCode);
        using var old = Browser(server);
        Assert.Equal(HttpStatusCode.Unauthorized, await SignInAsync(old, ServerUnderTest.OwnerPassword));
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(old, Next));

        var answers = new List<HttpStatusCode>();
        for (var guess = 0; guess < 8; guess++)
        {
            using var answer = await ChangeAsync(here, $"guess {guess}", Next);
            answers.Add(answer.StatusCode);
        }
        Assert.Contains(HttpStatusCode.TooManyRequests, answers);
    }

    [Fact]
    public async Task A_forgotten_password_is_set_once_by_the_link_that_the_command_prints()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var before = Browser(server);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(before, ServerUnderTest.OwnerPassword));
        var (exitCode, output) = await server.RunSecondAsync("password-link", ServerUnderTest.OwnerEmail);
        Assert.True(exitCode == 0, output);
        var token = LinkToken().Match(output).Groups[1].Value;

        using var browser = Browser(server);
        Assert.Equal(HttpStatusCode.Forbidden, await RecoverAsync(browser, "guessed"));
        Assert.Equal(HttpStatusCode.NoContent, await RecoverAsync(browser, token));
        Assert.Equal(HttpStatusCode.Forbidden, await RecoverAsync(browser, token));

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/session", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await before.GetAsync("/api/v1/session", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await SignInAsync(before, Next));
        foreach (var file in Directory.GetFiles(server.Folder, "*.json"))
            Assert.DoesNotContain(token, await File.ReadAllTextAsync(file, Token), StringComparison.Ordinal);
    }

    private static HttpClient Browser(ServerUnderTest server) => new() { BaseAddress = server.Address };

    private static async Task<HttpStatusCode> SignInAsync(HttpClient browser, string password)
    {
        using var answer = await browser.PostAsJsonAsync("/api/v1/session", new { email = ServerUnderTest.OwnerEmail, password }, Token);
        return answer.StatusCode;
    }

    private static Task<HttpResponseMessage> ChangeAsync(HttpClient browser, string currentPassword, string newPassword) =>
        browser.PostAsJsonAsync("/api/v1/account/password", new { currentPassword, newPassword }, Token);

    private static async Task<HttpStatusCode> RecoverAsync(HttpClient browser, string token)
    {
        using var answer = await browser.PostAsJsonAsync("/api/v1/account/recovery", new { token, newPassword = Next }, Token);
        return answer.StatusCode;
    }

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>(Token)).GetProperty("errors").EnumerateObject().Select(error => error.Name);

    [GeneratedRegex(@"/recover\?token=(\w+)")]
    private static partial Regex LinkToken();
}
