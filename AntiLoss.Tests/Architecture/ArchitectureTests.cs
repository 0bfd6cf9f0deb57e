using System.Text.RegularExpressions;
using System.Xml.Linq;
using AntiLoss.Domain.Identity;
using AntiLoss.Tests.Support;

namespace AntiLoss.Tests.Architecture;

/// <summary>The pages say what the code does: projects, arrows, vectors and settings are compared with them.</summary>
public sealed partial class ArchitectureTests
{
    private static readonly string Page = File.ReadAllText(Repository.PathOf("docs", "architecture.md"));

    [Fact]
    public void A_project_references_only_what_the_table_lets_it()
    {
        var allowed = Rows(Page).Where(row => row[0].StartsWith("`AntiLoss.", StringComparison.Ordinal)).ToDictionary(row => row[0].Trim('`'), row => row[1]);
        var projects = Directory.GetFiles(Repository.Root, "AntiLoss.*.csproj", SearchOption.AllDirectories);
        Assert.Equal(allowed.Keys.Order(StringComparer.Ordinal), projects.Select(NameOf).Order(StringComparer.Ordinal));

        var wrong =
            from project in projects
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let target = NameOf(reference.Attribute("Include")!.Value)["AntiLoss.".Length..]
            let may = allowed[NameOf(project)]
            where may != "all" && !may.Split(", ").Contains(target)
            select $"{NameOf(project)} → {target}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_namespace_is_the_folder_it_lies_in()
    {
        var wrong =
            from project in Directory.GetDirectories(Repository.Root, "AntiLoss.*")
            from file in Directory.GetFiles(project, "*.cs", SearchOption.AllDirectories)
            where !Ignored().IsMatch(file)
            let name = Namespace().Match(File.ReadAllText(file)).Groups[1].Value
            let folder = Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(file)!).Replace(Path.DirectorySeparatorChar, '.')
            where name.Length > 0 && name != folder
            select $"{file}: {name}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void The_web_knows_the_grains_interfaces_and_never_a_grain_class()
    {
        var grains = typeof(AntiLoss.Grains.Shards.IShardGrain).Assembly.GetTypes()
            .Where(type => type.IsClass && typeof(Orleans.IGrainBase).IsAssignableFrom(type)).Select(type => type.Name).ToHashSet();
        var wrong =
            from file in Directory.GetFiles(Repository.PathOf("AntiLoss.Web"), "*.cs", SearchOption.AllDirectories)
            where !Ignored().IsMatch(file)
            from Match word in Word().Matches(Code(file))
            where grains.Contains(word.Value)
            select $"{file}: {word.Value}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Only_the_shard_calls_a_device_and_neither_awaits_the_other_way()
    {
        var wrong =
            from file in Directory.GetFiles(Repository.Root, "*.cs", SearchOption.AllDirectories)
            let path = Path.GetRelativePath(Repository.Root, file).Replace(Path.DirectorySeparatorChar, '/')
            where !Ignored().IsMatch(file) && !path.StartsWith("AntiLoss.Tests/", StringComparison.Ordinal)
            let code = Code(file)
            where (code.Contains("GetGrain<IDeviceGrain>", StringComparison.Ordinal) && !path.StartsWith("AntiLoss.Grains/Shards/", StringComparison.Ordinal))
                || (path.StartsWith("AntiLoss.Grains/Devices/", StringComparison.Ordinal) && Word().Matches(code).Any(word => word.Value is "GrainFactory" or "IGrainFactory"))
            select path;
        Assert.Empty(wrong);
    }

    [Fact]
    public void A_phone_lies_in_the_shard_that_the_page_says()
    {
        var vectors = Rows(Page).Where(row => row.Length == 5 && row[0].Length == 28).ToList();
        Assert.Equal(3, vectors.Count);
        foreach (var row in vectors)
        {
            Assert.True(DeviceId.TryParse(row[0].Trim('`'), out var id));
            Assert.Equal(DeviceId.FromBytes(Convert.FromHexString(row[1].Trim('`'))), id);
            Assert.Equal([row[3], row[4]], new[] { id.ShardOf(16), id.ShardOf(64) }.Select(shard => $"{shard}"));
        }
    }

    [Fact]
    public void Every_setting_is_in_the_table_of_operations_and_nothing_else_is()
    {
        var documented = Rows(File.ReadAllText(Repository.PathOf("docs", "operations.md")).Split("## Settings")[1])
            .Select(row => row[0].Trim('`')).Where(name => name != "setting").ToList();
        var assemblies = new[] { typeof(AntiLoss.Grains.Shards.IShardGrain), typeof(AntiLoss.Silo.Hosting.SiloHosting), typeof(AntiLoss.Web.Hosting.ServerOptions) }.Select(type => type.Assembly);
        var settings =
            from assembly in assemblies
            from type in assembly.GetTypes()
            let section = type.GetField("Section")?.GetRawConstantValue() as string
            where section is not null
            from property in type.GetProperties().Where(property => property.SetMethod is not null)
            select $"{section}:{property.Name}"["AntiLoss:".Length..];
        Assert.Equal(settings.Order(StringComparer.Ordinal), documented.Order(StringComparer.Ordinal));
    }

    private static string NameOf(string project) => Path.GetFileNameWithoutExtension(project.Replace('\\', '/'));

    /// <summary>A file without its comments.</summary>
    private static string Code(string file) => Comment().Replace(File.ReadAllText(file), "");

    private static IEnumerable<string[]> Rows(string page) => page.Split('\n')
        .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split(" | ").Select(cell => cell.Trim()).ToArray());

    [GeneratedRegex(@"[\\/](bin|obj|node_modules|artifacts)[\\/]")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    [GeneratedRegex(@"//.*$", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
