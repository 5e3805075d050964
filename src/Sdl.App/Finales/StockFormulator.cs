using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Finales.Methods;
using Sdl.Runtime.Campaigns;

namespace Sdl.App.Finales;

/// <summary>Makes formulations as campaigns do: from the stocks of the lab, corrected by the balance.</summary>
internal sealed class StockFormulator : IFormulator
{
    // Others round their fractions, too. What lies outside by no more than this is made just inside, which is less than
    // can be dosed; a result says what was really made.
    private const double Tolerance = 1e-4;
    private static readonly double[] Steps = [0, 1e-6, 3e-4, 1e-3, 4e-3];

    private readonly Formulation _middle;

    private readonly MixturePlan _plan;
    private readonly StockMixer _mixer;
    private readonly SearchSpace _space;

    /// <exception cref="KeyNotFoundException">The lab lacks a stock.</exception>
    /// <exception cref="ArgumentException">The stocks do not fit the components.</exception>
    public StockFormulator(MixturePlan plan, Lab lab)
    {
        foreach (var missing in plan.StockArguments.Keys.Where(s => !lab.Stocks.ContainsKey(s)))
            throw new KeyNotFoundException(
                $"lab '{lab.Name}' has no stock '{missing}'; it has {string.Join(", ", lab.Stocks.Keys)}");
        _plan = plan;
        var stocks = plan.StockArguments.Keys.Select(s => lab.Stocks[s]).ToList();
        _mixer = new StockMixer(stocks, [.. plan.Components.Select(c => c.Name)]);
        _space = new SearchSpace(plan.Components, 1, _mixer.Reachable());
        // Whatever is mixed lies between the stocks, component by component.
        Components = [.. plan.Components.Select(axis =>
        {
            var fractions = stocks.Select(s =>
                s.MolesPerVolume(axis.Name) / plan.Components.Sum(c => s.MolesPerVolume(c.Name))).ToList();
            // Outwards: nothing that can be made is to lie outside because a number was shortened.
            return new Axis(
                axis.Name, Math.Floor(Math.Max(axis.Min, fractions.Min()) * 1e4 + 1e-6) / 1e4,
                Math.Ceiling(Math.Min(axis.Max, fractions.Max()) * 1e4 - 1e-6) / 1e4);
        })];
        _middle = new Formulation(plan.Components.ToDictionary(c => c.Name, c => stocks.Average(
            s => s.MolesPerVolume(c.Name) / plan.Components.Sum(o => s.MolesPerVolume(o.Name)))));
    }

    public IReadOnlyList<Axis> Components { get; }

    public Quantity Volume => _plan.Volume;

    public Arguments ArgumentsFor(Formulation wanted, Quantity volume)
    {
        var recipe = RecipeFor(wanted, volume);
        var arguments = _plan.StockArguments.ToDictionary(
            s => s.Value, s => new Argument(new Quantity(recipe.Volumes[s.Key], volume.Dimension)));
        if (_plan.MassArgument is { } mass)
            arguments[mass] = new Argument(new Quantity(recipe.Mass, new Dimension(Mass: 1)));
        return new Arguments(arguments);
    }

    public Formulation Actual(Formulation wanted, Quantity volume, IReadOnlyDictionary<string, Measured> results)
    {
        var recipe = RecipeFor(wanted, volume);
        return results.TryGetValue(_plan.MassResult, out var mass)
            ? _mixer.Estimate(recipe, mass, _plan.DoseUncertainty).Formulation
            : recipe.Nominal;
    }

    private Recipe RecipeFor(Formulation wanted, Quantity volume)
    {
        if (wanted.Fractions.Keys.FirstOrDefault(k => _plan.Components.All(c => c.Name != k)) is { } stranger)
            throw new UnfitException($"{stranger} is no component of what is mixed here; these are "
                + string.Join(", ", _plan.Components.Select(c => c.Name)));
        if (_plan.Components.FirstOrDefault(c => wanted[c.Name] < c.Min - Tolerance
            || wanted[c.Name] > c.Max + Tolerance) is { } axis)
            throw new UnfitException(FormattableString.Invariant(
                $"{axis.Name} {wanted[axis.Name]:0.####} is outside of {axis.Min} to {axis.Max}"));
        if (_space.Constraints.FirstOrDefault(
            c => c.Coefficients.Sum(k => k.Value * wanted[k.Key]) > c.Max + Tolerance) is { } constraint)
            throw new UnfitException($"{wanted} cannot be mixed from the stocks here: it is not {constraint.Why}");
        try
        {
            return _mixer.Mix(Inside(wanted), volume.Si, _plan.Least.Si, _plan.Resolution.Si);
        }
        catch (ArgumentException e)
        {
            throw new UnfitException(e.Message);
        }
    }

    // As little as possible towards the middle of what the stocks give.
    private Formulation Inside(Formulation wanted) => Steps
        .Select(step => new Formulation(_plan.Components.ToDictionary(
            c => c.Name, c => (1 - step) * wanted[c.Name] + step * _middle[c.Name])))
        .FirstOrDefault(at => _space.Contains(at)) ?? wanted;
}
