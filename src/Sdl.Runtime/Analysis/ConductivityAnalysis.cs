using System.Globalization;
using System.Numerics;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Analysis;

/// <summary>Conductivity of an electrolyte between blocking electrodes from repeated impedance spectra: the series
/// resistance R of R-CPE, or of L-R-CPE where the spectrum supports the lead inductance, gives cell constant /
/// R.</summary>
public sealed class ConductivityAnalysis : IAnalysis
{
    // The stated repeatability counts as much as the scatter of this many degrees of freedom, so that three repeats
    // that happen to agree do not claim a certainty that they do not have.
    private const double PriorFreedom = 4;

    // A resistance known worse than this, or a spectrum that misses the circuit by more, supports no value.
    private const double WorstDeviation = 0.2, WorstMisfit = 0.1;

    private static readonly Unit
        Siemens = Unit.Parse("S/m"), Ohm = Unit.Parse("Ohm"), PerCentimetre = Unit.Parse("1/cm");

    private static readonly Circuit[] Candidates = [Circuit.Parse("R0-CPE0"), Circuit.Parse("L0-R0-CPE0")];

    public string Name => "impedance.conductivity";

    public string Description =>
        "Conductivity from repeated impedance spectra of one sample between blocking electrodes";

    public IReadOnlyList<Input> Inputs { get; } =
    [
        new QuantityInput("cell_constant", PerCentimetre, Quantity.Of(1e-3, PerCentimetre),
            Quantity.Of(1e3, PerCentimetre), "cell constant from the last calibration"),
        new QuantityInput("cell_constant_uncertainty", PerCentimetre, Quantity.Of(0, PerCentimetre),
            Quantity.Of(1e3, PerCentimetre), "one standard deviation of it", Quantity.Of(0, PerCentimetre)),
        new QuantityInput("repeatability", Unit.One, Quantity.Of(1e-6, Unit.One), Quantity.Of(1, Unit.One),
            "relative standard deviation that repeated spectra are known to have", Quantity.Of(0.027, Unit.One)),
    ];

    public IReadOnlyList<string> Columns { get; } = ["frequency", "z_real", "z_imaginary"];

    public IReadOnlyList<Column> Outputs { get; } =
    [
        new Column("conductivity", Siemens,
            "weighted mean of the repeats; uncertainty from their scatter and the fits"),
        new Column("systematic", Siemens, "standard deviation that all samples share through the cell constant"),
        new Column("resistance", Ohm, "series resistance that belongs to that mean"),
        new Column("chi", Unit.One, "relative misfit of the worst spectrum, root mean square"),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs)
    {
        if (records.Count == 0)
            throw new AnalysisException("there is no spectrum");
        var fits = records.Select(FitOf).ToList();
        var (logarithm, deviation) = Mean(fits.ConvertAll(f => f.Resistance), inputs.Quantity("repeatability").Si);
        var constant = inputs.Quantity("cell_constant");
        var resistance = Quantity.Of(Math.Exp(logarithm), Ohm);
        var conductivity = constant / resistance;
        return new Dictionary<string, Measured>
        {
            ["conductivity"] = new(conductivity, conductivity * deviation),
            ["systematic"] = Measured.Exact(inputs.Quantity("cell_constant_uncertainty") / resistance),
            ["resistance"] = new(resistance, resistance * deviation),
            ["chi"] = Measured.Exact(Quantity.Of(fits.Max(f => f.Misfit), Unit.One)),
        };
    }

    /// <summary>Mean of the logarithms and its standard deviation; the scatter is pooled from the prior and the
    /// repeats.</summary>
    private static (double Logarithm, double Deviation) Mean(
        IReadOnlyList<(double Value, double Deviation)> repeats, double repeatability)
    {
        var logs = repeats.Select(r => Math.Log(r.Value)).ToArray();
        var fit = repeats.Select(r => Math.Pow(r.Deviation / r.Value, 2)).ToArray();
        var centre = logs.Average();
        var squares = logs.Sum(l => (l - centre) * (l - centre));
        var scatter = (PriorFreedom * repeatability * repeatability + squares) / (PriorFreedom + logs.Length - 1);
        var weights = fit.Select(variance => 1 / (scatter + variance)).ToArray();
        return (logs.Zip(weights, (l, w) => l * w).Sum() / weights.Sum(), 1 / Math.Sqrt(weights.Sum()));
    }

    /// <summary>The circuit of a spectrum between blocking electrodes: with the leads' inductance only where the
    /// spectrum supports it.</summary>
    /// <param name="impedance">Ohm, at least four points.</param>
    /// <exception cref="AnalysisException">No circuit can be fitted.</exception>
    public static CircuitFitResult BestFit(IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance) =>
        Candidates.Where(c => 2 * impedance.Count > c.Parameters.Count + 2)
            .Select(c => CircuitFit.Fit(c, hertz, impedance)).MinBy(f => f.InformationCriterion)
        ?? throw new AnalysisException($"{impedance.Count} points are too few to fit");

    private static ((double Value, double Deviation) Resistance, double Misfit) FitOf(Record record)
    {
        var (hertz, real, imaginary) = (record["frequency"], record["z_real"], record["z_imaginary"]);
        var z = real.Zip(imaginary, (re, im) => new Complex(re, im)).ToArray();
        if (z.Length < 4)
            throw Unfit(record, $"{z.Length} points are too few; at least 4 are needed");
        if (!z.Any(p => p.Real > Math.Abs(p.Imaginary)))
            throw Unfit(record,
                "it is nowhere resistive: the circuit is open (no vial, no salt, a bubble or a loose lead)");
        var fit = BestFit(hertz, z);
        var (value, deviation) = fit["R0"];
        var misfit = Math.Sqrt(fit.ChiSquare / 2);
        if (misfit > WorstMisfit)
            throw Unfit(record, string.Create(CultureInfo.InvariantCulture,
                $"it misses a resistance in series with blocking electrodes by {misfit:P0}"));
        if (deviation > WorstDeviation * value)
            throw Unfit(record, string.Create(CultureInfo.InvariantCulture,
                $"its series resistance of {value:G3} Ohm is uncertain by {deviation / value:P0}; ")
                + "measure to higher frequencies");
        return ((value, deviation), misfit);
    }

    private static AnalysisException Unfit(Record record, string why) =>
        new($"the spectrum of {record.Call} gives no conductivity: {why}");
}
