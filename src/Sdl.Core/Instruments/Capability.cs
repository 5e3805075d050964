using Sdl.Core.Materials;
using Sdl.Core.Units;

namespace Sdl.Core.Instruments;

/// <summary>What recovery may do with an invocation whose end was not seen.</summary>
public enum Replay
{
    /// <summary>Doing it again does no harm: a reading, a set-point, a move to an absolute place.</summary>
    Safe,

    /// <summary>The device remembers what it did: ask it through <see cref="IReconcile"/>, then
    /// finish the rest.</summary>
    AskDevice,

    /// <summary>A person must look.</summary>
    Never,
}

/// <summary>One named input of a capability.</summary>
public abstract record Input(string Name, string Description)
{
    /// <summary>Without a default it may be left out all the same: then it is not given at all.</summary>
    public bool IsOptional { get; init; }
}

/// <param name="Unit">The customary unit; any unit of the same dimension is accepted.</param>
/// <param name="Min">Smallest value, included.</param>
/// <param name="Max">Largest value, included.</param>
/// <param name="Default">Taken when the argument is left out; without one the argument is required.</param>
public sealed record QuantityInput(
    string Name, Unit Unit, Quantity? Min, Quantity? Max, string Description, Quantity? Default = null)
    : Input(Name, Description);

/// <param name="Choices">The allowed texts, or null for any.</param>
public sealed record TextInput(
    string Name, string Description, IReadOnlyList<string>? Choices = null, string? Default = null)
    : Input(Name, Description);

/// <summary>One column of the record that a capability produces; samples hold plain numbers in
/// <paramref name="Unit"/>.</summary>
/// <param name="Counts">The input towards which it counts up, from 0 to what was asked for; null when it does not. The
/// record of a call that was done in parts then counts through all of them.</param>
public sealed record Column(string Name, Unit Unit, string Description = "", string? Counts = null);

/// <summary>What an instrument can do. The checker, the help, the web page and the dry run all read this
/// one declaration.</summary>
/// <param name="Predict">Expected duration for given arguments, for planning and for progress; null
/// when nobody can say.</param>
/// <param name="Holds">It leaves the instrument in a state that later steps rely on (a set-point): recovery brings the
/// state about again before it goes on.</param>
public sealed record Capability(
    string Name, string Description, IReadOnlyList<Input> Inputs, IReadOnlyList<Column> Columns, Replay Replay,
    Func<Arguments, TimeSpan>? Predict = null, bool Holds = false)
{
    /// <summary>Whether the prediction for given arguments is the longest time that they allow: nothing is late before
    /// it has passed. Null where predictions are expectations.</summary>
    public Func<Arguments, bool>? PredictsMost { get; init; }

    /// <summary>By when its driver ends it by itself, well or badly; null when it does not.</summary>
    public Func<Arguments, TimeSpan>? Limit { get; init; }

    /// <summary>The liquid that it moves, for the ledger; null when it moves none.</summary>
    public Transfer? Transfer { get; init; }

    /// <summary>Checks names, dimensions and limits and fills in the defaults. Nothing is clamped.</summary>
    /// <returns>The complete arguments, or one message per fault.</returns>
    public (Arguments? Arguments, IReadOnlyList<string> Errors) Complete(Arguments given)
    {
        var errors = new List<string>();
        var values = new Dictionary<string, Argument>();
        foreach (var name in given.Names.Where(n => Inputs.All(i => i.Name != n)))
            errors.Add($"{Name} has no input '{name}'; it takes {string.Join(", ", Inputs.Select(i => i.Name))}");
        foreach (var input in Inputs)
        {
            var value = given.Find(input.Name) ?? DefaultOf(input);
            if (value is null && input.IsOptional)
                continue;
            var error = value is null ? $"{Name} needs '{input.Name}' ({input.Description})" : ErrorIn(input, value);
            if (error is null)
                values[input.Name] = value!;
            else
                errors.Add(error);
        }
        return errors.Count == 0 ? (new Arguments(values), errors) : (null, errors);
    }

    private static Argument? DefaultOf(Input input) => input switch
    {
        QuantityInput { Default: { } q } => new Argument(q),
        TextInput { Default: { } t } => new Argument(t),
        _ => null,
    };

    private string? ErrorIn(Input input, Argument value) => (input, value) switch
    {
        (QuantityInput i, { Quantity: { } q }) when q.Dimension != i.Unit.Dimension =>
            $"{Name}: {i.Name} = {q} has the wrong unit; it is given in {i.Unit}",
        (QuantityInput { Min: { } min } i, { Quantity: { } q }) when q < min =>
            $"{Name}: {i.Name} = {q.ToString(i.Unit)} is below the smallest allowed value {min.ToString(i.Unit)}",
        (QuantityInput { Max: { } max } i, { Quantity: { } q }) when q > max =>
            $"{Name}: {i.Name} = {q.ToString(i.Unit)} is above the largest allowed value {max.ToString(i.Unit)}",
        (QuantityInput, { Quantity: not null }) => null,
        (QuantityInput i, _) => $"{Name}: {i.Name} = '{value}' is not a quantity; it is given in {i.Unit}",
        (TextInput { Choices: { } c } i, { Text: { } t }) when !c.Contains(t) =>
            $"{Name}: {i.Name} = '{t}' is not one of {string.Join(", ", c)}",
        (TextInput, { Text: not null }) => null,
        _ => $"{Name}: {input.Name} = {value} must be a text",
    };
}
