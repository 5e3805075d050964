using System.Globalization;
using System.Text;
using Sdl.App.Reports.Plots;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.App.Reports;

/// <summary>The top of the page: the answer, how sure it is, what it cost, and what a reader must know before trusting
/// it.</summary>
public static class ReportHead
{
    public static void Write(StringBuilder page, ReportData data)
    {
        page.Append("<header>\n").Append(data.Dry
            ? "<span class=\"tag dry\">Dry run: simulated laboratory. No real sample was measured.</span>\n"
            : "<span class=\"tag\">Campaign report</span>\n");
        var described = data.Plan.Description.Length > 0;
        if (described)
            page.Append($"<span class=\"slug\">{Svg.Escape(data.Plan.Name)}</span>\n");
        var title = Capital(People.Prose(described ? data.Plan.Description : data.Plan.Name));
        page.Append($"<h1>{Svg.Escape(title)}</h1>\n</header>\n");
        Notice(page, data);
        if (data.Summary.Best is { } best)
            Answer(page, data, best);
        Facts(page, data);
    }

    private static void Notice(StringBuilder page, ReportData data)
    {
        var summary = data.Summary;
        var done = $"{summary.Experiments} of {People.Count(summary.Planned, "experiment")} gave a result.";
        var why = summary.Why.Length > 0 ? $" {Svg.Escape(Sentence(summary.Why))}" : "";
        var (text, bad) = summary.State switch
        {
            RunState.Completed => ("", false),
            RunState.Failed => ($"<strong>The campaign failed.</strong>{why} {done}", true),
            RunState.Aborted => ($"<strong>The campaign was aborted.</strong>{why} {done}", true),
            RunState.Stopped => ($"<strong>The campaign was stopped early.</strong>{why} {done}", false),
            _ => ($"<strong>The campaign has not ended.</strong>{why} {done}", false),
        };
        var little = summary.Experiments switch
        {
            0 => " Nothing has been observed, so there is nothing to recommend.",
            < 3 => $" {People.Count(summary.Experiments, "observation")} can hardly support a model: "
                + "take the recommendation as a start.",
            _ => "",
        };
        if (text.Length + little.Length > 0)
            page.Append($"<div class=\"notice{(bad ? " bad" : "")}\" role=\"status\"><p>{text}{little}</p></div>\n");
    }

    private static void Answer(StringBuilder page, ReportData data, Recommendation best)
    {
        var unit = Svg.Escape(data.Unit.Suffix.TrimStart());
        page.Append("<div class=\"answer\">\n<div>\n");
        var kind = best.Modelled ? "Expected" : "Measured";
        page.Append($"<h2 class=\"part\">{kind} {Svg.Escape(data.Plan.Objective.Result)}</h2>\n");
        var spread = best.Uncertainty is > 0
            ? $" <small>± {People.WithUncertainty(best.Value, best.Uncertainty).Split(" ± ")[1]} {unit}</small>"
            : $" <small>{unit}</small>";
        page.Append($"<div class=\"value\">{People.Value(best.Value, best.Uncertainty)}{spread}</div>\n");
        foreach (var line in Trust(data, best))
            page.Append($"<p>{line}</p>\n");
        page.Append("</div>\n<div>\n");
        Composition(page, data, best.Formulation);
        page.Append("</div>\n</div>\n");
    }

    /// <summary>How sure it is, in sentences.</summary>
    private static IEnumerable<string> Trust(ReportData data, Recommendation best)
    {
        var unit = Svg.Escape(data.Unit.Suffix.TrimStart());
        if (best is { Modelled: true, Uncertainty: { } u })
            yield return $"With 95 % probability between {People.Value(best.Value - 1.96 * u, u)} and "
                + $"{People.Value(best.Value + 1.96 * u, u)} {unit}, if the model is right; "
                + "an error that all measurements share is not in it.";
        else
            yield return "This is the best measured value: there is no model yet.";
        if (data.Plan.Objectives.Count > 1)
            yield return Svg.Escape(best.Reason) + " Others trade one objective for another: see below.";
        if (data.Best is { } measured)
            yield return "Best single measurement: "
                + $"{People.WithUncertainty(measured.Seen!.Value, measured.Seen.Uncertainty)} {unit} in experiment "
                + $"{measured.Number} "
                + $"({Svg.Escape(People.Formulation(measured.Seen.At, data.Plan.Mixture.Components))}).";
    }

    private static void Composition(StringBuilder page, ReportData data, Formulation x)
    {
        var components = data.Plan.Mixture.Components.Select(c => (c.Name, Substance: Substance.Find(c.Name))).ToList();
        var known = components.All(c => c.Substance is not null);
        var mass = known ? components.Sum(c => x[c.Name] * c.Substance!.MolarMass) : 1;
        page.Append("<h2 class=\"part\">Recommended formulation</h2>\n<table class=\"mix\">\n<thead><tr>"
            + "<th scope=\"col\">component</th><th scope=\"col\">mole<br>fraction</th>"
            + (known ? "<th scope=\"col\">mass<br>fraction</th>" : "") + "</tr></thead>\n<tbody>\n");
        foreach (var (name, substance) in components)
            page.Append($"<tr><th scope=\"row\"{(substance is null ? "" : $" title=\"{Svg.Escape(substance.Name)}\"")}>"
                + $"{Svg.Escape(People.Component(name))}</th>"
                + $"<td class=\"main\">{People.Fraction(x[name])}</td>"
                + (known ? $"<td>{People.Fraction(x[name] * substance!.MolarMass / mass)}</td>" : "") + "</tr>\n");
        page.Append("</tbody>\n</table>\n");
        var salt = Substance.LithiumHexafluorophosphate;
        if (known && x[salt.Symbol] is > 0 and < 1)
        {
            var molality = x[salt.Symbol] / (mass - x[salt.Symbol] * salt.MolarMass) * 1000;
            page.Append(CultureInfo.InvariantCulture,
                $"<p class=\"quiet\">{molality:0.000} mol {People.Component(salt.Symbol)} in 1 kg of solvent.");
            page.Append(Stocks(data, x)).Append("</p>\n");
        }
        else if (Stocks(data, x) is { Length: > 0 } stocks)
            page.Append($"<p class=\"quiet\">{stocks}</p>\n");
    }

    private static string Stocks(ReportData data, Formulation x)
    {
        var plan = data.Plan.Mixture;
        if (data.Mixer is null)
            return "";
        try
        {
            var recipe = data.Mixer.Mix(x, plan.Volume.Si, plan.Least.Si, plan.Resolution.Si);
            var volumes = recipe.Volumes.Where(v => v.Value > 0)
                .Select(v => $"{People.Prose(new Quantity(v.Value, plan.Volume.Dimension).ToString())} of {v.Key}");
            return Svg.Escape($" For a batch of {plan.Volume}: {string.Join(", ", volumes)}.");
        }
        catch (ArgumentException)
        {
            // On the rim of what can be mixed the last digit decides; the fractions above say what is wanted.
            return "";
        }
    }

    private static void Facts(StringBuilder page, ReportData data)
    {
        var summary = data.Summary;
        page.Append("<dl class=\"facts\">\n");
        void Fact(string name, string value, string more = "") =>
            page.Append($"<div><dt>{name}</dt><dd>{value}")
                .Append(more.Length > 0 ? $"<small>{more}</small>" : "").Append("</dd></div>\n");
        Fact("Experiments", $"{summary.Experiments} of {summary.Planned}");
        if (summary is { Reference: { } reference, Best: { } best })
            page.Append("<div class=\"broad\"><dt>Regret, against a known optimum</dt>"
                + $"<dd>{Regret(data, reference, best)}</dd></div>\n");
        Fact("Lab time", People.Duration(summary.LabTime), data.Dry ? "on the virtual clock" : "");
        Fact("Wall time", People.Duration(summary.WallTime));
        Fact("Seed", summary.Seed.ToString(CultureInfo.InvariantCulture));
        page.Append("</dl>\n");
    }

    private static string Regret(ReportData data, ReferenceComparison reference, Recommendation best)
    {
        var unit = Svg.Escape(data.Unit.Suffix.TrimStart());
        string Text(double value) => Svg.Minus(value.ToString("0.000#", CultureInfo.InvariantCulture));
        var (regret, what) = reference.Truth is { } truth
            ? (Text(reference.Regret), "true value of the recommended formulation, which only the simulator knows: "
                + $"{Text(truth)} {unit}")
            : (People.WithUncertainty(reference.Regret, best.Uncertainty), "of the expected value");
        var source = reference.Source.Length > 0 ? $" ({Svg.Escape(People.Prose(reference.Source))})" : "";
        return $"{regret} {unit} <small>{what}; optimum {Text(reference.Optimum)} {unit}{source}</small>";
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Sentence(string text) =>
        Capital(text) + (text[^1] is '.' or '!' or '?' ? "" : ".");
}
