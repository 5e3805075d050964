using System.Text;
using FsCheck;
using FsCheck.Xunit;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Store.CellFormats;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store.CellFormats;

public sealed class RoundTripTests
{
    private static readonly CellExportOptions Strict = new(false, default);

    [Property(MaxTest = 1000)]
    public void Unicycler_gives_back_each_protocol_of_its_subset(int a, int b)
    {
        var protocol = new RandomCells(a * 10_007 + b, isRich: false).Protocol();
        var export = UnicyclerExport.Write(protocol, Strict);
        Assert.Empty(export.Warnings);
        var import = UnicyclerImport.Read(Encoding.UTF8.GetBytes(export.Text), "cell.json");
        Assert.Empty(import.Warnings);
        Assert.Equal(CellDump.Of(protocol), CellDump.Of(import.Protocol));
        Assert.Equal(export.Text, UnicyclerExport.Write(import.Protocol, Strict).Text);
    }

    [Property(MaxTest = 1000)]
    public void Yaml_gives_back_every_protocol(int a, int b)
    {
        var protocol = new RandomCells(a * 10_007 + b, isRich: true).Protocol();
        // The reader refuses what can never be right; what is written is tested here.
        if (CellProtocolChecker.Check(protocol).Errors.Count > 0)
            return;
        using var folder = new TempFolder();
        var path = folder.Write("cell.yaml", CellYaml.Write(protocol));
        Assert.Equal(CellDump.Of(protocol), CellDump.Of(CellProtocolReader.Read(path)));
    }

    [Fact]
    public void Random_protocols_are_mostly_without_errors_so_that_the_property_says_something()
    {
        var fit = Enumerable.Range(0, 200).Count(
            s => CellProtocolChecker.Check(new RandomCells(s, isRich: true).Protocol()).Errors.Count == 0);
        Assert.InRange(fit, 30, 200);
    }

    [Property(MaxTest = 500)]
    public void A_test_protocol_of_BattINFO_gives_back_what_its_schema_can_say(int a, int b)
    {
        var protocol = new RandomCells(a * 10_007 + b, isRich: true).Protocol();
        CellExport export;
        try
        {
            export = TestProtocolExport.Write(protocol, Strict);
        }
        catch (Exception e) when (e is FindingsException or CellProtocolException)
        {
            return;
        }
        if (export.Warnings.Count > 0)
            return;
        var import = TestProtocolImport.Read(Encoding.UTF8.GetBytes(export.Text), "cell.json");
        Assert.Equal(export.Text, TestProtocolExport.Write(import.Protocol, Strict).Text);
    }

    [Theory]
    [InlineData("formation-and-life")]
    [InlineData("rate-test")]
    [InlineData("eis-check")]
    public void The_three_examples_come_back_from_unicycler(string name)
    {
        var protocol = Examples.Read(name);
        var export = UnicyclerExport.Write(protocol, Strict);
        var import = CellImports.Read(Encoding.UTF8.GetBytes(export.Text), name + ".json");
        Assert.Equal(CellDump.Of(protocol, "Description", "Kind"), CellDump.Of(import.Protocol, "Description", "Kind"));
    }
}
