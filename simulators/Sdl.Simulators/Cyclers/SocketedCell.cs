using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>Whatever cell stands at a place of the bench: what was really put into it makes it, and its number draws
/// how it differs from others. An empty socket is an open circuit, and so is a cell whose liquid is no
/// electrolyte.</summary>
/// <param name="build">All but the electrolyte.</param>
internal sealed class SocketedCell(Bench bench, Noise noise, string socket, CellBuild build) : ICycledCell
{
    private ICycledCell? _cell;
    private int _number = -1;
    private double _temperature = 25;

    public double Temperature
    {
        get => _temperature;
        set => (_temperature, Now.Temperature) = (value, value);
    }

    public double LongestStep => Now.LongestStep;

    private ICycledCell Now
    {
        get
        {
            var number = bench.At(socket)?.Number ?? 0;
            if (_cell is null || number != _number)
                (_number, _cell) = (number, new ModelledCell(Make()) { Temperature = _temperature });
            return _cell;
        }
    }

    public CellPoint At(Load load) => Now.At(load);

    public CellPoint Advance(double seconds, Load load) => Now.Advance(seconds, load);

    public ICycledCell Copy()
    {
        var copy = (SocketedCell)MemberwiseClone();
        copy._cell = Now.Copy();
        return copy;
    }

    private CellUnderTest Make()
    {
        var open = build with { Fault = CellFault.Dead };
        if (bench.At(socket) is not { Content: { IsNothing: false } liquid } vessel)
            return CellMaker.Make(open, noise, socket);
        var mix = ElectrolyteComposition.FromMoles(liquid.Moles);
        var conducts = mix.Molality is > 0 and <= 4 && mix.EthyleneCarbonate <= 0.6 && liquid.Volume > 0;
        return CellMaker.Make(
            conducts ? build with { Mix = mix, ElectrolyteVolume = liquid.Volume } : open, noise,
            $"built/{vessel.Number}");
    }
}
