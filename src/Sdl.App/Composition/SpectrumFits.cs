using System.Globalization;
using System.Numerics;
using Sdl.Core.Cells;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;

namespace Sdl.App.Composition;

/// <summary>Fits the impedance spectra of a cell test and writes the elements as a table: one row for each parameter of
/// each spectrum, with its standard deviation and what the Kramers-Kronig test says of the spectrum.</summary>
public static class SpectrumFits
{
    // Of these the one that the information criterion prefers: series resistance, one or two arcs, and diffusion.
    private static readonly Circuit[] Candidates =
    [
        Circuit.Parse("R0-p(R1,CPE1)"), Circuit.Parse("R0-p(R1,CPE1)-W1"),
        Circuit.Parse("R0-p(R1,CPE1)-p(R2,CPE2)"), Circuit.Parse("R0-p(R1,CPE1)-p(R2,CPE2)-W1"),
    ];

    /// <param name="steps">Of the test; only spectra count.</param>
    /// <returns>Whether there was a spectrum; else nothing is written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static async Task<bool> WriteAsync(string path, IEnumerable<CycledStep> steps, CancellationToken ct)
    {
        var lines = new List<string>
        {
            "Step Count / 1,Cycle Count / 1,Step ID,Kramers-Kronig residual / %,Circuit,Parameter,Value,"
            + "Standard deviation,Unit,Remark",
        };
        foreach (var step in steps.Where(s => s.IsSpectrum))
            lines.AddRange(Rows(step));
        if (lines.Count == 1)
            return false;
        await File.WriteAllLinesAsync(path, lines, ct);
        return true;
    }

    /// <param name="impedance">Ohm, one for each frequency.</param>
    /// <exception cref="AnalysisException">No circuit can be fitted.</exception>
    public static CircuitFitResult Best(IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance) =>
        Candidates.Where(c => 2 * hertz.Count > c.Parameters.Count + 2)
            .Select(c => CircuitFit.Fit(c, hertz, impedance)).MinBy(f => f.InformationCriterion)
            ?? throw new AnalysisException($"{hertz.Count} points are too few for a fit");

    private static IEnumerable<string> Rows(CycledStep step)
    {
        var hertz = step.Record["frequency"];
        var (real, imaginary) = (step.Record["z_real"], step.Record["z_imaginary"]);
        var impedance = real.Zip(imaginary, (re, im) => new Complex(re, im)).ToArray();
        var place = string.Create(CultureInfo.InvariantCulture, $"{step.Number},{step.Cycle},{step.Id}");
        try
        {
            var test = KramersKronig.Test(hertz, impedance);
            var residual = string.Create(CultureInfo.InvariantCulture, $"{100 * test.RootMeanSquare:G3}");
            var fit = Best(hertz, impedance);
            return fit.Circuit.Parameters.Select((p, i) => string.Create(CultureInfo.InvariantCulture,
                $"{place},{residual},\"{fit.Circuit}\",{p.Name},{fit.Values[i]:G9},{fit.Deviations[i]:G3},{p.Unit},")
                + (test.IsPassed() ? "" : "the spectrum fails the Kramers-Kronig test"));
        }
        catch (AnalysisException e)
        {
            return [$"{place},,,,,,,\"{e.Message.Replace("\"", "\"\"", StringComparison.Ordinal)}\""];
        }
    }
}
