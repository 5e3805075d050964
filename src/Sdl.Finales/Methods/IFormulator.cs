using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Finales.Methods;

/// <summary>How a laboratory makes a formulation from its stocks.</summary>
public interface IFormulator
{
    /// <summary>Mole fraction of each component that the stocks allow, at least and at most.</summary>
    IReadOnlyList<Axis> Components { get; }

    /// <summary>Of one batch, unless something else is asked for.</summary>
    Quantity Volume { get; }

    /// <summary>The arguments of the protocol that make it.</summary>
    /// <exception cref="UnfitException">The stocks cannot make it.</exception>
    Arguments ArgumentsFor(Formulation wanted, Quantity volume);

    /// <summary>What was really made, as far as doses and balance tell.</summary>
    Formulation Actual(Formulation wanted, Quantity volume, IReadOnlyDictionary<string, Measured> results);
}
