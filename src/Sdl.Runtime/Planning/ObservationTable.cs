using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>Reads observations and pending points from a CSV file: a column for each parameter, for each outcome (and
/// <c>OUTCOME_sd</c> for its standard deviation), <c>source</c>, and <c>failed</c>.</summary>
public static class ObservationTable
{
    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static IReadOnlyList<Observation> Observations(string path, Problem problem) =>
        Rows(path, problem, [.. problem.Outcomes.SelectMany(o => new[] { o, o + "_sd" }), "failed"],
            row => Observed(row, problem));

    /// <inheritdoc cref="Observations"/>
    public static IReadOnlyList<Pending> Pending(string path, Problem problem) =>
        Rows(path, problem, [], row => new Pending(At(row, problem), Source(row, problem)));

    private static List<T> Rows<T>(string path, Problem problem, string[] more, Func<CsvRow, T> read)
    {
        var findings = new Findings();
        var table = CsvTable.Load(path, findings);
        string[] known = [.. problem.Space.Parameters.Select(p => p.Name), "source", .. more];
        foreach (var (i, name) in table.Columns.Index().Where(c => !known.Contains(c.Item)))
            findings.Add(new Mark(path, 1, i + 1),
                $"column {i + 1}, '{name}', is neither a parameter nor an outcome of the problem: rename or remove it; "
                + $"there may be {string.Join(", ", known)}");
        foreach (var parameter in problem.Space.Parameters
            .Where(p => p.When is null && !table.Columns.Contains(p.Name)))
            findings.Add(new Mark(path, 1, 1), $"there is no column for the parameter '{parameter.Name}'");
        findings.ThrowIfAny();
        var rows = table.Rows.Select(read).ToList();
        findings.ThrowIfAny();
        return rows;
    }

    private static Observation Observed(CsvRow row, Problem problem)
    {
        var outcomes = new Dictionary<string, Outcome>();
        foreach (var name in problem.Outcomes)
        {
            var (value, deviation) = (row.Number(name), row.Number(name + "_sd"));
            if (deviation < 0)
                row.Refuse(name + "_sd", "a standard deviation is not below zero");
            if (value is { } v)
                outcomes[name] = new Outcome(v, deviation);
        }
        var failed = row.Text("failed");
        if (failed is not ("" or "true" or "false"))
            row.Refuse("failed", $"'{failed}' should be true, false or nothing");
        if (failed != "true" && problem.Outcomes.All(o => row.Text(o).Length == 0))
            row.Refuse(problem.Objectives[0].Name, "nothing was measured; give a value, or true in a column 'failed'");
        return new Observation(At(row, problem), outcomes) { Source = Source(row, problem), Failed = failed == "true" };
    }

    private static DesignPoint At(CsvRow row, Problem problem)
    {
        var (numbers, levels) = (new Dictionary<string, double>(), new Dictionary<string, string>());
        foreach (var parameter in problem.Space.Parameters)
            if (parameter is not CategoricalParameter categorical)
            {
                if (row.Number(parameter.Name) is { } value) numbers[parameter.Name] = value;
            }
            else if (row.Text(categorical.Name) is { Length: > 0 } level)
            {
                if (!categorical.Levels.Contains(level))
                    row.Refuse(
                        categorical.Name, $"there is no '{level}'; it may be {string.Join(", ", categorical.Levels)}");
                levels[categorical.Name] = level;
            }
        var point = new DesignPoint(numbers, levels);
        foreach (var parameter in problem.Space.Parameters.Where(p => !point.Has(p.Name)))
            if (SearchSpace.IsActive(parameter, point) && row.Text(parameter.Name).Length == 0)
                row.Refuse(parameter.Name, "a value is missing");
        return point;
    }

    private static string Source(CsvRow row, Problem problem)
    {
        if (row.Text("source") is not { Length: > 0 } source)
            return problem.Sources.FirstOrDefault(s => s.IsTarget)?.Name ?? "";
        if (problem.Sources.All(s => s.Name != source))
            row.Refuse("source", $"there is no '{source}'; there are "
                + string.Join(", ", problem.Sources.Select(s => s.Name)));
        return source;
    }
}
