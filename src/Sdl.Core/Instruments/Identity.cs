namespace Sdl.Core.Instruments;

/// <summary>The name of an instrument in the lab file, such as <c>pump_a</c>.</summary>
public readonly record struct InstrumentId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>One use of a capability. Derived from the run and the place in the protocol, so that it is the same
/// when a run is repeated or taken up again, and differs for each attempt only where the engine says so.</summary>
public readonly record struct CallId(string Value)
{
    public override string ToString() => Value;
}
