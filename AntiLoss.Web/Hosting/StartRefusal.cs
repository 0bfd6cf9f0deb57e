using AntiLoss.Silo.Storage;
using Microsoft.Extensions.Options;

namespace AntiLoss.Web.Hosting;

/// <summary>Runs the server; where it refuses to start for a reason that a person can mend, that sentence is all it prints.</summary>
internal static class StartRefusal
{
    public static async Task<int> GuardAsync(Func<Task> serve)
    {
        try
        {
            await serve();
            return 0;
        }
        catch (Exception exception) when (SentenceOf(exception) is { } sentence)
        {
            Console.Error.WriteLine($"AntiLoss does not start: {sentence}");
            return 1;
        }
    }

    private static string? SentenceOf(Exception exception) => exception switch
    {
        StorageRefusedException or OptionsValidationException => exception.Message,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } => exception.Message,
        AggregateException all => all.InnerExceptions.Select(SentenceOf).FirstOrDefault(sentence => sentence is not null),
        { InnerException: { } inner } => SentenceOf(inner),
        _ => null,
    };
}
