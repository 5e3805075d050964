using System.Runtime.CompilerServices;
using System.Xml.Linq;
using Sdl.Core.Instruments;

namespace Sdl.Tests;

/// <summary>The rules of the house that a compiler does not hold.</summary>
public class HouseRulesTests
{
    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Sdl.Core"] = [],
        ["Sdl.Transport"] = ["Sdl.Core"],
        ["Sdl.Drivers"] = ["Sdl.Core", "Sdl.Transport"],
        ["Sdl.Simulators"] = ["Sdl.Core", "Sdl.Transport"],
        ["Sdl.Runtime"] = ["Sdl.Core"],
        ["Sdl.Store"] = ["Sdl.Core"],
        ["Sdl.Planner"] = ["Sdl.Core"],
        ["Sdl.Finales"] = ["Sdl.Core"],
        ["Sdl.Workflow"] = ["Sdl.Core"],
        ["Sdl.Cluster"] = ["Sdl.Core", "Sdl.Runtime"],
    };

    private static readonly string Root = FindRoot();

    [Fact]
    public void Projects_reference_only_what_they_may()
    {
        var wrong =
            from project in Files("*.csproj")
            let name = Path.GetFileNameWithoutExtension(project)
            from reference in XDocument.Load(project).Descendants("ProjectReference")
            let other = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/'))
            where MayReference.TryGetValue(name, out var allowed)
                ? !allowed.Contains(other)
                : other == "Sdl.App" && name is not ("Sdl.Lab.Tests" or "Sdl.Bench")
            select $"{name} references {other}";
        Assert.Empty(wrong);
    }

    [Fact]
    public void Core_needs_no_package() =>
        Assert.Empty(
            XDocument.Load(Path.Combine(Root, "src/Sdl.Core/Sdl.Core.csproj")).Descendants("PackageReference"));

    [Fact]
    public void Every_project_is_known_to_the_rules() =>
        Assert.Subset(
            MayReference.Keys.Append("Sdl.App").ToHashSet(),
            Files("*.csproj").Where(p => !p.Contains("/tests/", StringComparison.Ordinal))
                .Select(p => Path.GetFileNameWithoutExtension(p)).ToHashSet());

    [Fact]
    public void No_file_is_longer_than_500_lines() =>
        Assert.Empty(Files("*.cs").Where(f => File.ReadLines(f).Count() > 500).Select(Short));

    [Fact]
    public void No_line_is_longer_than_120_columns()
    {
        var wide =
            from file in Files("*.cs")
            let name = Short(file).Replace('\\', '/')
            from line in File.ReadLines(file).Index()
            where line.Item.Length > 120
            select $"{name}:{line.Index + 1}";
        Assert.Empty(wide);
    }

    [Fact]
    public void Nothing_is_left_to_do()
    {
        var word = "TO" + "DO";
        Assert.Empty(
            Files("*.cs").Where(f => File.ReadAllText(f).Contains(word, StringComparison.Ordinal)).Select(Short));
    }

    [Fact]
    public void Every_driver_has_its_page_its_simulator_and_its_tests()
    {
        var drivers = typeof(Sdl.Drivers.Pumps.Ne1000).Assembly.GetTypes()
            .Where(t => t.IsDefined(typeof(DriverAttribute), false)).ToList();
        Assert.NotEmpty(drivers);
        var missing =
            from driver in drivers
            let folder = driver.Namespace!.Split('.')[^1]
            from file in new[]
            {
                $"drivers/Sdl.Drivers/{folder}/{driver.Name}.md",
                $"simulators/Sdl.Simulators/{folder}/{driver.Name}Simulator.cs",
                $"tests/Sdl.Instruments.Tests/{folder}/{driver.Name}Tests.cs",
            }
            where !File.Exists(Path.Combine(Root, file))
            select file;
        Assert.Empty(missing);
    }

    private static IEnumerable<string> Files(string pattern) =>
        from top in new[] { "src", "drivers", "simulators", "tests" }
        from file in Directory.EnumerateFiles(Path.Combine(Root, top), pattern, SearchOption.AllDirectories)
        let path = file.Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        select path;

    private static string Short(string file) => Path.GetRelativePath(Root, file);

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
