namespace AntiLoss.Web.Hosting;

/// <summary>Where this installation's data lies, for what lies beside the database.</summary>
internal static class DataFolder
{
    public static string Of(IConfiguration configuration) => configuration["AntiLoss:Storage:Folder"] is { Length: > 0 } folder ? folder : "data";
}
