using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class InventoryReaderTests
{
    private const string Lab = """
        lab: test
        currency: EUR
        instruments:
          pump: {driver: pump.ne1000, address: 'sim:', cost_per_hour: 0.5}
        stocks:
          EMC: {masses: {EMC: 1 g}, density: 1 g/mL, density_temperature: 298 K, price_per_mL: 0.45}
        inventory:
          pump: {holds: EMC, volume: 50 mL, uncertainty: 0.5 mL, capacity: 60 mL, dose_uncertainty: 1.2 %}
          vials: {count: 40, price: 0.7}
        """;

    [Fact]
    public void Inventory_and_prices_are_read_and_a_later_inventory_replaces_what_it_names()
    {
        using var folder = new TempFolder();
        var lab = LabReader.Read(folder.Write("lab.yaml", Lab));
        Assert.Equal("EMC", lab.Inventory.Containers["pump"].Holds);
        Assert.Equal(0.012, lab.Inventory.Containers["pump"].DoseUncertainty!.Value, 12);
        Assert.Equal(
            ("EUR", 0.45e6, 0.7),
            (lab.Prices.Currency, lab.Prices.PerCubicMetre["EMC"], lab.Prices.PerPart["vials"]));
        var later = InventoryReader.Replace(
            lab, folder.Write("left.yaml", "inventory:\n  vials: {count: 12, price: 0.8}\n  tips: {count: 96}\n"));
        Assert.Equal(["pump"], later.Inventory.Containers.Keys);
        Assert.Equal([12, 96], later.Inventory.Parts.Values.Select(p => p.Count));
        Assert.Equal(0.8, later.Prices.PerPart["vials"]);
    }

    [Theory]
    [InlineData("holds: EMC, volume: 50 mL", "holds: water, volume: 50 mL", "no stock of this lab")]
    [InlineData("volume: 50 mL", "volume: -50 mL", "zero or more")]
    [InlineData("volume: 50 mL", "volume: 50 g", "given in mL")]
    [InlineData("volume: 50 mL", "volume: 61 mL", "does not go into")]
    [InlineData("volume: 50 mL, ", "", "either a volume")]
    [InlineData("count: 40", "count: 40.5", "whole number")]
    [InlineData("count: 40", "count: -1", "zero or more")]
    [InlineData("count: 40", "count: 40, volume: 1 mL", "either a volume")]
    [InlineData("price: 0.7", "price: -0.7", "zero or more")]
    [InlineData("price_per_mL: 0.45", "price_per_mL: cheap", "number")]
    [InlineData("cost_per_hour: 0.5", "cost_per_hour: -1", "zero or more")]
    [InlineData("currency: EUR", "description: no money", "currency: EUR")]
    [InlineData("dose_uncertainty: 1.2 %", "dose_uncertainty: 1.2", "100 %")]
    [InlineData("vials: {", "'a/b': {", "cannot name a container")]
    [InlineData("uncertainty: 0.5 mL", "uncertain: 0.5 mL", "no entry 'uncertain'")]
    public void Inventory_that_makes_no_sense_is_refused_with_its_place(string from, string to, string why)
    {
        Assert.Contains(from, Lab, StringComparison.Ordinal);
        using var folder = new TempFolder();
        var path = folder.Write("lab.yaml", Lab.Replace(from, to, StringComparison.Ordinal));
        var findings = Assert.Throws<FindingsException>(() => LabReader.Read(path)).Findings;
        Assert.Contains(findings, f => f.Text.Contains(why, StringComparison.Ordinal) && f.At.Line > 1);
    }
}
