using AntiLoss.Silo.Storage;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>Runs the program; where it refuses for a reason that a person can mend, that sentence is all it prints.</summary>
internal static class StartRefusal
{
    /// <param name="what">What the sentence begins with: who refuses.</param>
    public static async Task<int> GuardAsync(string what, Func<Task> run)
    {
        try
        {
            await run();
            return 0;
        }
        catch (Exception exception) when (SentenceOf(exception) is { } sentence)
        {
            Console.Error.WriteLine($"{what}: {sentence}");
            return 1;
        }
    }

    private static string? SentenceOf(Exception exception) => exception switch
    {
        StorageRefusedException or OptionsValidationException => exception.Message,
        // A setting that is no number where it should be one; the message names it and its value.
        InvalidOperationException { Source: "Microsoft.Extensions.Configuration.Binder" } => exception.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => exception.Message,
        AggregateException all => all.InnerExceptions.Select(SentenceOf).FirstOrDefault(sentence => sentence is not null),
        { InnerException: { } inner } => SentenceOf(inner),
        _ => null,
    };
}
