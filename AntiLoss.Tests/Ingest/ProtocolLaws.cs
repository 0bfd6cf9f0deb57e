using System.Diagnostics;
using System.Text;
using AntiLoss.Domain.Reports;
using AntiLoss.Tests.Support;
using AntiLoss.Web.Ingest.Protocols;

namespace AntiLoss.Tests.Ingest;

/// <summary>What holds for every protocol; a new one is found by itself, and needs a folder of fixtures.</summary>
public sealed class ProtocolLaws
{
    private const long MostBytes = 1 << 20;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(10);
    private static readonly int Mutations = Tier.Count(suite: 50_000, @long: 2_000_000, release: 50_000_000);

    public static TheoryData<string> Names => [.. Protocols.Select(protocol => protocol.Name)];

    private static IProtocol[] Protocols =>
    [
        .. typeof(IProtocol).Assembly.GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false } && typeof(IProtocol).IsAssignableFrom(type))
            .Select(type => (IProtocol)Activator.CreateInstance(type)!),
    ];

    [Fact]
    public void Names_are_unique_and_kebab_case()
    {
        Assert.Equal(Protocols.Length, Protocols.Select(protocol => protocol.Name).Distinct().Count());
        Assert.All(Protocols, protocol => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", protocol.Name));
    }

    [Theory, MemberData(nameof(Names))]
    public void A_captured_message_is_read_and_read_twice_the_same(string name)
    {
        var protocol = Protocols.Single(one => one.Name == name);
        var fixtures = Fixtures(name);
        Assert.NotEmpty(fixtures);
        foreach (var message in fixtures)
        {
            var reports = Describe(protocol.Decode(message));
            Assert.NotEqual("", reports);
            Assert.Equal(reports, Describe(protocol.Decode(message)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void No_bytes_whatever_throw_or_take_much_time_or_memory(string name)
    {
        const int Seed = 20_261_125;
        var protocol = Protocols.Single(one => one.Name == name);
        var fixtures = Fixtures(name);
        var random = new Random(Seed);
        for (var i = 0; i < Mutations; i++)
        {
            var message = Mutate(fixtures[i % fixtures.Length], random);
            try
            {
                var allocated = GC.GetAllocatedBytesForCurrentThread();
                // A pause of the machine is not the decoder's: only what is slow each time is slow.
                if (IsSlow(protocol, message) && IsSlow(protocol, message) && IsSlow(protocol, message))
                    Assert.Fail("It takes long.");
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - allocated, 0, MostBytes);
            }
            catch (Exception exception)
            {
                Assert.Fail($"Seed {Seed}, mutation {i}, {Convert.ToBase64String(message)}: {exception}");
            }
        }
    }

    private static bool IsSlow(IProtocol protocol, byte[] message)
    {
        var started = Stopwatch.GetTimestamp();
        _ = protocol.Decode(message, "secret");
        return Stopwatch.GetElapsedTime(started) > Slow;
    }

    [Theory, MemberData(nameof(Names))]
    public void Long_and_deep_messages_are_answered_soon(string name)
    {
        var protocol = Protocols.Single(one => one.Name == name);
        string[] slow =
        [
            new('[', 1 << 20), "{\"a\":" + new string('[', 1 << 20), new('&', 1 << 20), new('%', 1 << 20),
            "[" + string.Join(",", Enumerable.Repeat("{}", 300_000)) + "]", "{\"reports\":[" + string.Join(",", Enumerable.Repeat("{}", 300_000)) + "]}",
            "{\"_type\":\"location\",\"tst\":" + new string('9', 1 << 20) + "}",
        ];
        var watch = Stopwatch.StartNew();
        foreach (var message in slow)
            _ = protocol.Decode(Encoding.UTF8.GetBytes(message));
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Theory, MemberData(nameof(Names))]
    public void No_time_is_invented(string name)
    {
        var protocol = Protocols.Single(one => one.Name == name);
        foreach (var message in Fixtures(name))
        {
            var text = Encoding.UTF8.GetString(message);
            foreach (var field in (string[])["tst", "timestamp", "time", "created_at", "sent"])
                text = text.Replace($"\"{field}\"", "\"x\"", StringComparison.Ordinal).Replace($"{field}=", "x=", StringComparison.Ordinal);
            Assert.All(ReportsIn(protocol.Decode(Encoding.UTF8.GetBytes(text))), report =>
            {
                Assert.Null(report.FixedAt);
                Assert.Null(report.SentAt);
                Assert.True(report.Kind is ReportKind.Contact or ReportKind.Event);
            });
        }
    }

    private static byte[][] Fixtures(string name) =>
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Fixtures", name)).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Select(TrimEnd)];

    private static byte[] TrimEnd(byte[] bytes) => bytes.AsSpan().TrimEnd((byte)'\n').ToArray();

    private static byte[] Mutate(byte[] message, Random random)
    {
        var mutated = (byte[])message.Clone();
        for (var changes = random.Next(1, 5); changes > 0 && mutated.Length > 1; changes--)
        {
            var at = random.Next(mutated.Length);
            switch (random.Next(4))
            {
                case 0: mutated[at] = (byte)random.Next(256); break;
                case 1: mutated = mutated[..at]; break;
                case 2: mutated = [.. mutated[..at], .. mutated[random.Next(mutated.Length)..]]; break;
                default: mutated[at] = (byte)"{}[]\",:-0e9\\u&=%+"[random.Next(17)]; break;
            }
        }
        return mutated;
    }

    private static IEnumerable<Report> ReportsIn(Decoded decoded) => decoded switch
    {
        Decoded.Message message => message.Reports,
        Decoded.Batch batch => batch.Items.Where(item => item.Report is not null).Select(item => item.Report!),
        _ => [],
    };

    private static string Describe(Decoded decoded) => string.Join('\n', ReportsIn(decoded));
}
