using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Simulators.Physics;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Physics;

public class ElectrolyteTests
{
    [Theory]
    // w_EC, w_DMC, mol/kg, K, mS/cm: rows of kappa18_reference.csv
    [InlineData(0, 0.0000, 1, 333.15, 6.651140
)]
    [InlineData(0, 0.5000, 0.5, 298.15, 2.042047
)]
    [InlineData(0, 1.0000, 0.25, 253.15, 0.529907
)]
    [InlineData(0, 1.0000, 1.5, 273.15, 6.511154
)]
    [InlineData(0.1, 0.0000, 0.5, 333.15, 5.210743
)]
    [InlineData(0.1, 0.4500, 0.25, 298.15, 1.878725
)]
    [InlineData(0.1, 0.4500, 1.5, 299.65, 9.415174
)]
    [InlineData(0.1, 0.4500, 2, 253.15, 2.599771
)]
    [InlineData(0.1, 0.9000, 1, 273.15, 6.206871
)]
    [InlineData(0.2, 0.0000, 0.25, 333.15, 5.129381
)]
    [InlineData(0.2, 0.0000, 2, 298.15, 6.559521
)]
    [InlineData(0.2, 0.4000, 1, 299.65, 9.342122
)]
    [InlineData(0.2, 0.8000, 0.5, 273.15, 5.527676
)]
    [InlineData(0.2, 0.8000, 2, 333.15, 17.621566
)]
    [InlineData(0.3, 0.0000, 1.5, 253.15, 1.889631
)]
    [InlineData(0.3, 0.0000, 1.5, 298.15, 8.194441
)]
    [InlineData(0.3, 0.3500, 0.5, 299.65, 8.728155
)]
    [InlineData(0.3, 0.7000, 0.25, 273.15, 4.847213
)]
    [InlineData(0.3, 0.7000, 1.5, 333.15, 18.642974
)]
    [InlineData(0.4, 0.0000, 1, 253.15, 2.640506
)]
    [InlineData(0.4, 0.3000, 0.25, 299.65, 7.114030
)]
    [InlineData(0.4, 0.3000, 2, 273.15, 3.084505
)]
    [InlineData(0.4, 0.6000, 1, 298.15, 12.616809
)]
    [InlineData(0.4, 0.6000, 1, 333.15, 19.128171
)]
    [InlineData(0.5, 0.0000, 0.5, 253.15, 2.800842
)]
    [InlineData(0.5, 0.0000, 2, 299.65, 5.188580
)]
    [InlineData(0.5, 0.2500, 1.5, 273.15, 3.956860
)]
    [InlineData(0.5, 0.5000, 0.5, 298.15, 10.706872
)]
    [InlineData(0.6, 0.0000, 0.25, 253.15, 1.491884
)]
    [InlineData(0.6, 0.0000, 1.5, 299.65, 6.825158
)]
    [InlineData(0.6, 0.2000, 0.5, 333.15, 10.912533
)]
    [InlineData(0.6, 0.2000, 1, 273.15, 4.806341
)]
    [InlineData(0.6, 0.4000, 0.25, 298.15, 5.130111
)]
    [InlineData(0.6, 0.4000, 2, 253.15, 0.433116
)]
    public void Conductivity_is_that_of_the_reference(double ec, double dmc, double molality, double kelvin,
        double expected)
    {
        var kappa = Electrolyte.Conductivity(new ElectrolyteComposition(ec, dmc, molality), kelvin);
        Assert.Equal(expected, kappa * 10, 1e-6);
    }

    [Fact]
    public void Conductivity_is_that_of_every_row_of_the_whole_reference()
    {
        var rows = SharedReference.Lines("reference/kappa18_reference.csv").Skip(1)
            .Select(line => line.Split(',').Select(v =>
                double.Parse(v, CultureInfo.InvariantCulture)).ToArray()).ToList();
        Assert.True(rows.Count > 200, $"only {rows.Count} rows");
        Assert.All(rows, r =>
            Assert.Equal(r[4], 10 * Electrolyte.Conductivity(new ElectrolyteComposition(r[0], r[1], r[2]), r[3]),
                1e-6));
    }

    [Fact]
    public void Conductivity_has_the_published_maximum_on_the_space_of_the_finales_tenant()
    {
        var best = (Kappa: 0.0, Ec: 0.0, Salt: 0.0);
        for (var ec = 0.0; ec <= 0.5401; ec += 0.0025)
            for (var salt = 0.0; salt <= 0.1201 && 1 - ec - salt >= 0.4; salt += 0.001)
            {
                var kappa = 10 * Electrolyte.Conductivity(OfMoles(ec, 1 - ec - salt, 0, salt), 299.65);
                best = kappa > best.Kappa ? (kappa, ec, salt) : best;
            }
        Assert.Equal(10.0324, best.Kappa, 2e-4);
        Assert.Equal(0.440, best.Ec, 0.003);
        Assert.Equal(0.075, best.Salt, 0.0011);
    }

    [Fact]
    public void Conductivity_has_the_published_value_at_the_optimum_with_dimethyl_carbonate() =>
        Assert.Equal(13.0954, 10 * Electrolyte.Conductivity(new ElectrolyteComposition(0.3825, 0.6175, 0.86), 299.65),
            2e-4);

    [Theory]
    // x_EC, x_LiPF6, w_EC, mol/kg, mPa s, g/cm3 at 299.65 K: rows of simlab_reference_formulations.csv, whose molar
    // masses are rounded to 10 mg/mol
    [InlineData(0.3272, 0.077, 0.317201, 0.847681, 2.39565, 1.182332)]
    [InlineData(0.17442, 0.0994143, 0.168872, 1.093026, 2.49083, 1.162070)]
    [InlineData(0.521413, 0.12, 0.551575, 1.441536, 6.29817, 1.308599)]
    [InlineData(0, 0.08, 0, 0.835317, 1.45474, 1.091977)]
    public void Composition_viscosity_and_density_are_those_of_the_reference(
        double xEc, double xSalt, double wEc, double molality, double viscosity, double density)
    {
        var mix = ElectrolyteComposition.FromMoles(OfMoles(xEc, 1 - xEc - xSalt, 0, xSalt).Moles);
        Assert.Equal(wEc, mix.EthyleneCarbonate, 2e-5);
        Assert.Equal(molality, mix.Molality, 1e-4);
        Assert.Equal(viscosity, 1e3 * Electrolyte.Viscosity(mix, 299.65), 1e-3);
        Assert.Equal(density, 1e-3 * Electrolyte.Density(mix, 299.65), 5e-5);
    }

    [Theory]
    // The four stock solutions of the ASAB setup at 299.8 K, g/cm3; 1.5 mol/L in EMC and in EC:EMC 1:1 by their
    // volumes.
    [InlineData(0, 0, 1.005)]
    [InlineData(0, 1.602, 1.162)]
    [InlineData(0.5, 0, 1.159)]
    [InlineData(0.5, 1.413, 1.288)]
    public void Density_is_that_of_the_stock_solutions(double wEc, double molality, double expected) =>
        Assert.Equal(expected, 1e-3 * Electrolyte.Density(new ElectrolyteComposition(wEc, 0, molality), 299.8), 0.0025);

    [Fact]
    public void Pure_solvent_dry_salt_and_nothing_do_not_conduct()
    {
        Assert.Equal(0, Electrolyte.Conductivity(OfMoles(1, 1, 1, 0), 298.15));
        Assert.Equal(0, Electrolyte.Conductivity(OfMoles(0, 0, 0, 1), 298.15));
        Assert.Equal(0, Electrolyte.Conductivity(Liquid.Nothing, 298.15));
    }

    [Fact]
    public void An_amount_below_zero_is_refused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ElectrolyteComposition.FromMoles(OfMoles(-1, 2, 0, 1).Moles));

    [Property]
    public Property Properties_are_finite_and_of_the_right_sign_for_any_mixture_at_any_temperature() => Prop.ForAll(
        Mixtures(), Gen.Choose(100, 600).ToArbitrary(), (mix, kelvin) =>
        {
            var kappa = Electrolyte.Conductivity(mix, kelvin);
            Assert.InRange(kappa, 0, 5);
            Assert.InRange(Electrolyte.Density(mix, kelvin), 700, 2200);
            Assert.InRange(Electrolyte.Viscosity(mix, kelvin), 1e-5, 1e4);
        });

    [Property]
    public Property Mole_fractions_give_the_composition_back() => Prop.ForAll(Mixtures(), mix =>
    {
        var fractions = mix.ToMoleFractions();
        var back = ElectrolyteComposition.FromMoles(fractions);
        Assert.Equal(1, fractions.Values.Sum(), 1e-12);
        Assert.Equal(mix.EthyleneCarbonate, back.EthyleneCarbonate, 1e-12);
        Assert.Equal(mix.DimethylCarbonate, back.DimethylCarbonate, 1e-12);
        Assert.Equal(mix.Molality, back.Molality, 1e-9);
    });

    internal static Liquid OfMoles(double ec, double emc, double dmc, double salt) => new(new Dictionary<string, double>
    {
        ["EC"] = ec, ["EMC"] = emc, ["DMC"] = dmc, ["LiPF6"] = salt,
    });

    private static Arbitrary<ElectrolyteComposition> Mixtures() => (
        from ec in Gen.Choose(0, 1000)
        from dmc in Gen.Choose(0, 1000 - ec)
        from salt in Gen.Choose(0, 10000)
        select new ElectrolyteComposition(ec / 1000.0, dmc / 1000.0, salt / 1000.0)).ToArbitrary();
}
