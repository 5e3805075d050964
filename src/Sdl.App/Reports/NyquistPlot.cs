using System.Globalization;
using System.Numerics;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>Impedance spectra in the complex plane with the circuit that was fitted to each; both axes have the same
/// scale.</summary>
public static class NyquistPlot
{
    private const double Width = 420, Height = 400, Left = 76, Top = 30;

    public static string Draw(ReportData data) => Draw(
        data.Spectra, "Nyquist plot of the best experiment", $"of experiment {data.Best!.Number}", whole: false);

    /// <param name="whose">Of what they are, for those who cannot see them.</param>
    /// <param name="whole">Shows the low frequencies too, however far they go up.</param>
    public static string Draw(IReadOnlyList<Spectrum> spectra, string title, string whose, bool whole)
    {
        var (x, y) = Window(spectra, whole);
        var frame = new Frame(x, y);
        var svg = new Svg("nyquist", Left + Width + 24, frame.Bottom + 54, title,
            $"{(spectra.Count == 1 ? "One impedance spectrum" : $"{spectra.Count} impedance spectra")} {whose} with "
            + $"the fitted circuits. {Hidden(spectra, y.Max)}");
        frame.Draw(svg, Ticks.Within(x.Min, x.Max, 5), Ticks.Within(y.Min, y.Max, 5), "Z′ / Ω", "−Z″ / Ω");
        frame.OpenClipped(svg, "nyquist-clip");
        for (var i = 0; i < spectra.Count; i++)
        {
            if (spectra[i].Fit is { } fit)
                svg.Path($"fit s{i % 3}",
                    Svg.Through(Sweep(spectra[i]).Select(f => frame.At(Place(fit.Impedance(f))))));
            foreach (var z in spectra[i].Impedance)
                svg.Circle($"spectrum s{i % 3}", frame.At(Place(z)), 3.6);
        }
        Frequencies(svg, frame, spectra);
        svg.Close();
        return svg.ToString();
    }

    /// <summary>Says what the window leaves out.</summary>
    public static string Caption(IReadOnlyList<Spectrum> spectra) =>
        Hidden(spectra, Window(spectra, whole: false).Y.Max);

    private static string Hidden(IReadOnlyList<Spectrum> spectra, double top)
    {
        var hidden = spectra.Sum(s => s.Impedance.Count(z => -z.Imaginary > top));
        return hidden == 0 ? "" : $"{People.Count(hidden, "point")} at the lowest frequencies lie above the frame.";
    }

    /// <summary>Blocking electrodes make the low frequencies tower over the part that tells the resistance: that part
    /// is shown.</summary>
    private static (Scale X, Scale Y) Window(IReadOnlyList<Spectrum> spectra, bool whole)
    {
        var places = spectra.SelectMany(s => s.Impedance).Select(Place).ToList();
        var top = places.Max(p => p.Y);
        top = whole ? 1.08 * top : Math.Min(top, 0.4 * Math.Abs(places.Min(p => p.X)));
        var shown = places.Where(p => p.Y <= top).DefaultIfEmpty(places[0]).ToList();
        var (left, right) = (shown.Min(p => p.X), shown.Max(p => p.X));
        var low = Math.Min(0, shown.Min(p => p.Y));
        top = Math.Max(top, low + 1e-6);
        // Frequencies are written to the left of the points.
        var room = whole ? 1.4 : 1.1;
        var pixel = Math.Min(Height / (1.06 * (top - low)), Width / Math.Max(room * (right - left), 1e-9));
        var half = Width / pixel / 2;
        var bottom = low - 0.03 * (top - low);
        return (new Scale((left + right) / 2 - half, (left + right) / 2 + half, Left, Left + Width),
            new Scale(bottom, top, Top + (top - bottom) * pixel, Top));
    }

    private static IEnumerable<double> Sweep(Spectrum spectrum)
    {
        var (low, high) = (spectrum.Hertz.Min(), spectrum.Hertz.Max());
        return Enumerable.Range(0, 121).Select(k => low * Math.Pow(high / low, k / 120.0));
    }

    /// <summary>Names the whole decades, so that the curve can be read in time.</summary>
    private static void Frequencies(Svg svg, Frame frame, IReadOnlyList<Spectrum> spectra)
    {
        var spectrum = spectra[0];
        var lowest = double.MaxValue;
        for (var power = -3; power <= 7; power++)
        {
            var hertz = Math.Pow(10, power);
            var nearest = Enumerable.Range(0, spectrum.Hertz.Count)
                .MinBy(i => Math.Abs(Math.Log(spectrum.Hertz[i] / hertz)));
            var at = frame.At(Place(spectrum.Impedance[nearest]));
            if (Math.Abs(Math.Log10(spectrum.Hertz[nearest] / hertz)) > 0.01 || at.Y < frame.Top + 8
                || Math.Abs(at.Y - lowest) < 14)
                continue;
            lowest = at.Y;
            var beside = spectra.Where(s => s.Impedance.Count > nearest)
                .Min(s => frame.X.At(s.Impedance[nearest].Real));
            svg.Text("note", new(Math.Min(at.X, beside) - 12, at.Y + 4), Frequency(hertz), "end");
        }
    }

    private static string Frequency(double hertz) => hertz switch
    {
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{hertz / 1e6:0.#} MHz"),
        >= 1e3 => string.Create(CultureInfo.InvariantCulture, $"{hertz / 1e3:0.#} kHz"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hertz:0.###} Hz"),
    };

    private static Point Place(Complex z) => new(z.Real, -z.Imaginary);
}
