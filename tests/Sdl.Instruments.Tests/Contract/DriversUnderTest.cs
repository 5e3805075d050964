using System.Collections.Concurrent;
using Sdl.Core.Instruments;
using Sdl.Drivers.Pumps;
using Sdl.Runtime.Reading;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Every driver of the drivers' assembly, with the lab file entry that its page shows. The contract exercises
/// a driver with that entry, so that a new driver is covered as soon as it has a page, and no page can show an entry
/// that does not work.</summary>
public static class DriversUnderTest
{
    private static readonly ConcurrentDictionary<string, Lab> Labs = new();
    private static readonly ConcurrentDictionary<string, HashSet<string>> Unnoticed = new();

    public static DriverCatalogue Catalogue { get; } = new(typeof(Ne1000).Assembly);

    public static IEnumerable<TheoryDataRow<string>> Kinds =>
        Catalogue.Entries.Select(e => new TheoryDataRow<string>(e.Attribute.Kind));

    /// <summary>Kind and capability. A driver whose page or constructor fails has none here: the theories over
    /// <see cref="Kinds"/> tell why.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Calls =>
        from e in Catalogue.Entries
        from name in CapabilityNames(e.Attribute.Kind)
        select new TheoryDataRow<string, string>(e.Attribute.Kind, name);

    /// <summary>The folder of the sources.</summary>
    public static DirectoryInfo Root { get; } = FindRoot();

    /// <summary>The folder that driver, simulator and tests share, such as Pumps.</summary>
    public static string Folder(DriverEntry entry) => entry.Type.Namespace!.Split('.')[^1];

    public static FileInfo Page(DriverEntry entry) => new(Path.Combine(
        Root.FullName, "drivers", entry.Type.Assembly.GetName().Name!, Folder(entry), entry.Type.Name + ".md"));

    /// <summary>A lab of the one instrument on the driver's page, at a simulated address.</summary>
    public static Lab Lab(string kind) => Labs.GetOrAdd(kind, k => ReadPage(Catalogue.Find(k)!));

    /// <summary>The faults that the page tells under <c>What it cannot notice</c>, each in the first column of a
    /// table.</summary>
    public static HashSet<string> CannotNotice(string kind) => Unnoticed.GetOrAdd(kind, k =>
        [.. File.ReadLines(Page(Catalogue.Find(k)!).FullName)
            .SkipWhile(l => l != "## What it cannot notice").Skip(1).TakeWhile(l => !l.StartsWith("## "))
            .Where(l => l.StartsWith("| `")).SelectMany(l => l.Split('|')[1].Split(','))
            .Select(f => f.Trim(' ', '`'))]);

    private static Lab ReadPage(DriverEntry entry)
    {
        var kind = entry.Attribute.Kind;
        var page = Page(entry);
        Assert.True(page.Exists, $"{kind} has no page: write {page.FullName} (wiring, settings, capabilities, faults)");
        var entries = Fenced(File.ReadAllLines(page.FullName)).Where(b => b.Any(l => l.Contains(kind))).ToList();
        Assert.True(entries.Count == 1,
            $"{page.Name} should show exactly one ```yaml block that is an entry of a lab file "
            + $"with 'driver: {kind}', its settings and the simulation section that the contract runs it with; "
            + $"it shows {entries.Count}");
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(file, ["lab: contract", "instruments:", .. entries[0].Select(l => "  " + l)]);
            var lab = LabReader.Read(file);
            Assert.Equal(kind, Assert.Single(lab.Instruments).Driver);
            return lab.ToSimulated();
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static IEnumerable<List<string>> Fenced(string[] lines)
    {
        List<string>? block = null;
        foreach (var line in lines)
            if (block is null)
                block = line == "```yaml" ? [] : null;
            else if (line != "```")
                block.Add(line);
            else
            {
                yield return block;
                block = null;
            }
    }

    private static List<string> CapabilityNames(string kind)
    {
        try
        {
            return new ContractRig(kind).NewHost().Driver.Capabilities.Select(c => c.Name).ToList();
        }
        catch (Exception)
        {
            // While tests are being listed nothing can be reported; the theories over the kinds meet the same trouble.
            return [];
        }
    }

    private static DirectoryInfo FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Sdl.sln")))
            folder = folder.Parent
                ?? throw new InvalidOperationException("the tests do not run inside the source tree");
        return folder;
    }
}
