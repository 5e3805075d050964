using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Runtime.Cells;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a step <c>test: FILE</c> of an experiment protocol: a cell protocol, done on the instrument of one
/// role, which it has to itself meanwhile.</summary>
internal static class TestStepReader
{
    public const string Key = "test";

    public static Step? Read(YamlMap map, string name, CellsInReach cells)
    {
        var file = map.Scalar(Key);
        var role = map.Required("on");
        var (chamber, capacity, saved) = (map.Text("chamber"), map.Scalar("capacity"), map.Texts("save"));
        if (file is null || Below(map, file) is not { } path)
            return null;
        if (capacity is { Expression: null, Error: { } error })
            map.Findings.Add(capacity.At, $"capacity: {error}");
        CellProtocol protocol;
        try
        {
            protocol = CellProtocolReader.Read(path);
        }
        catch (FindingsException e)
        {
            foreach (var finding in e.Findings)
                map.Findings.Add(finding.At, finding.Text);
            return null;
        }
        var target = new CellTestTarget(name, role, chamber, capacity?.Text ?? cells.Capacity)
        {
            Saves = saved.Select(s => s.Text).ToHashSet(StringComparer.Ordinal),
        };
        foreach (var unknown in saved.Where(s => protocol.Steps.All(c => c.Name != s.Text || !c.IsMeasured)))
            map.Findings.Add(unknown.At, $"'{path}' has no measured step '{unknown.Text}' that could be saved");
        return new Step.Hold(
            name, map.At, [role], CellProtocolCompiler.Compile(protocol, target, map.Findings));
    }

    public static string DefaultName(YamlMap map) => Path.GetFileNameWithoutExtension(map.Text(Key)) ?? Key;

    /// <summary>The protocol with the files that it uses in its digest, so that it is another one when they change.
    /// </summary>
    public static Protocol WithTests(Protocol protocol, Findings findings)
    {
        var all = protocol.Body.Concat(protocol.Finally).SelectMany(All).ToList();
        var parts = all.Select(s => s.Terms.Cell?.Parts).OfType<CellParts>()
            .Select(p => Path.Combine(Folder(protocol.At.File), p.File));
        var files = all.Select(s => s.At.File).Where(f => f != protocol.At.File).Concat(parts)
            .Distinct().Order(StringComparer.Ordinal).ToList();
        foreach (var twice in all.OfType<Step.Invoke>().Where(s => s.At.File != protocol.At.File && s.Save is not null)
            .GroupBy(s => s.Save).Where(g => g.Select(s => s.At.File).Distinct().Count() > 1))
            findings.Add(protocol.At, $"two tests of this protocol both save '{twice.Key}': give one another name");
        if (files.Count == 0)
            return protocol;
        var digests = files.Select(f => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(f))));
        return protocol with
        {
            Digest = Convert.ToHexStringLower(SHA256.HashData(
                Encoding.ASCII.GetBytes(string.Join('\n', digests.Prepend(protocol.Digest))))),
            Tests = files.Select(f => Path.GetRelativePath(Path.Combine(".", Folder(protocol.At.File)), f)).ToList(),
        };
    }

    // Below the protocol's own folder: so that a result folder can hold both, and be taken up again by itself.
    public static string? Below(YamlMap map, Scalar file)
    {
        if (Path.IsPathRooted(file.Text) || file.Text.Split('/', '\\').Contains(".."))
            map.Findings.Add(file.At, $"'{file.Text}' should be a path below the folder of this protocol");
        else
            return Path.Combine(Folder(map.At.File), file.Text);
        return null;
    }

    private static string Folder(string path) => Path.GetDirectoryName(path) ?? "";

    private static IEnumerable<Step> All(Step step) => step.Children.SelectMany(All).Prepend(step);
}
