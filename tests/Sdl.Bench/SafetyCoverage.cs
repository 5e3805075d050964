using System.Diagnostics;
using System.Globalization;
using System.Xml.Linq;

namespace Sdl.Bench;

/// <summary>Runs the unit tests under a branch counter and reports how much of the code that keeps people, samples and
/// data safe they take: each branch that no test takes is named.</summary>
public static class SafetyCoverage
{
    // Journal; interlocks; safe states; recovery and what it stands on.
    private static readonly string[] Safety =
    [
        "src/Sdl.Store/", "src/Sdl.Core/Safety/", "src/Sdl.Runtime/Interlocks/", "src/Sdl.Runtime/Safety/",
        "src/Sdl.Runtime/Engine/SafeStates.cs", "src/Sdl.Runtime/Engine/Recovery.cs",
        "src/Sdl.Runtime/Engine/RunHistory.cs", "src/Sdl.Runtime/Engine/RunStates.cs",
        "src/Sdl.Runtime/Engine/Invoker.cs", "src/Sdl.Runtime/Engine/Suspension.cs",
        "src/Sdl.Runtime/Engine/InstrumentHost", "src/Sdl.Runtime/Engine/Heartbeat.cs",
        "src/Sdl.Runtime/Engine/Rendezvous.cs",
        "src/Sdl.Runtime/Engine/PersistentCall.cs", "src/Sdl.Runtime/Engine/Insistence.cs",
        "src/Sdl.Runtime/Engine/CallWatch.cs", "src/Sdl.Runtime/Engine/OpenCalls.cs",
        "src/Sdl.Core/Instruments/DeviceTrouble.cs",
    ];

    // What stands beside the journal: data in the formats of others.
    private static readonly string[] Data = ["src/Sdl.Store/CellFormats/", "src/Sdl.Store/Exports/"];

    /// <param name="args">Test classes or namespaces to narrow the run to, such as <c>Sdl.Tests.Store</c>; without,
    /// all unit tests.</param>
    public static int Run(string[] args)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-coverage-").FullName;
        try
        {
            if (Tests(folder, args) is var code and not 0)
                Console.WriteLine($"the tests ended with exit code {code}: what follows counts all the same");
            var reports = Directory.GetFiles(folder, "*.cobertura*.xml", SearchOption.AllDirectories);
            if (reports.Length == 0)
                throw new FileNotFoundException(
                    "the tests left no coverage report: build them first (dotnet build Sdl.sln -c Release)");
            return Report(XDocument.Load(reports[0])) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Tests(string folder, string[] namespaces)
    {
        var root = Root();
        var program = Path.Combine(root, "tests/Sdl.Tests/bin/Release/net10.0/Sdl.Tests.dll");
        List<string> arguments =
        [
            program, "--coverlet", "--coverlet-output-format", "cobertura", "--results-directory", folder,
            "--coverlet-skip-auto-props",
        ];
        foreach (var assembly in new[] { "[Sdl.Core]*", "[Sdl.Runtime]*", "[Sdl.Store]*" })
            arguments.AddRange(["--coverlet-include", assembly]);
        foreach (var name in namespaces)
            arguments.AddRange(["--filter-namespace", name]);
        using var tests = Process.Start(
            new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        tests.StandardOutput.ReadToEnd();
        tests.WaitForExit();
        return tests.ExitCode;
    }

    private static bool Report(XDocument report)
    {
        // One file may stand in several classes (the compiler makes one for each lambda and iterator).
        var files = report.Descendants("class")
            .Select(c => (File: Short((string)c.Attribute("filename")!), Lines: c.Element("lines")!.Elements("line")))
            .Where(c => Safety.Any(s => c.File.StartsWith(s, StringComparison.Ordinal))
                && !Data.Any(d => c.File.StartsWith(d, StringComparison.Ordinal)))
            .GroupBy(c => c.File, c => c.Lines).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        int taken = 0, all = 0;
        foreach (var file in files)
        {
            var lines = file.SelectMany(l => l).Where(l => (string?)l.Attribute("branch") == "True")
                .Select(l => (Number: (int)l.Attribute("number")!, Share: Share(l))).ToList();
            taken += lines.Sum(l => l.Share.Taken);
            all += lines.Sum(l => l.Share.All);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{file.Key,-58} {lines.Sum(l => l.Share.Taken),4} of {lines.Sum(l => l.Share.All),4} branches"));
            foreach (var (number, share) in lines.Where(l => l.Share.Taken < l.Share.All).OrderBy(l => l.Number))
                Console.WriteLine($"    {file.Key}:{number}: {share.Taken} of {share.All}");
        }
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{taken} of {all} branches of the safety code are taken by the unit tests ({(double)taken / all:P1})"));
        return taken == all;
    }

    private static (int Taken, int All) Share(XElement line)
    {
        // Such as 50% (1/2).
        var text = (string)line.Attribute("condition-coverage")!;
        var numbers = text[(text.IndexOf('(') + 1)..text.IndexOf(')')].Split('/');
        return (int.Parse(numbers[0], CultureInfo.InvariantCulture),
            int.Parse(numbers[1], CultureInfo.InvariantCulture));
    }

    // The report names files from wherever all of them lie below.
    private static string Short(string path)
    {
        var normal = path.Replace('\\', '/');
        return "src/" + normal[Math.Max(0, normal.IndexOf("Sdl.", StringComparison.Ordinal))..];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Sdl.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Sdl.sln is nowhere above this program");
    }
}
