using Sdl.Core.Materials;

namespace Sdl.Simulators.Physics;

/// <summary>What is where on the simulated bench: stocks in bottles, vials at places, the measuring cell and its
/// temperature. It knows what really is there; instruments only see it through their errors.</summary>
public sealed class Bench(IReadOnlyDictionary<string, Stock> stocks, Noise noise)
{
    // A probe that leaves one sample and enters the next carries a film over: 0.5 to 2 % of the previous sample
    // (reference/physics.md, table 4c); a rinse leaves a fiftieth of it.
    private const double LeastFilm = 0.005, MostFilm = 0.02, LeftByRinse = 0.02;

    private readonly Dictionary<string, Liquid> _films = [];
    private readonly Dictionary<string, Vial> _vials = [];
    private readonly Dictionary<string, Func<double>> _temperatures = [];

    /// <exception cref="KeyNotFoundException">The lab file lists no such stock.</exception>
    public Stock Stock(string name) => stocks.TryGetValue(name, out var stock) ? stock
        : throw new KeyNotFoundException($"the lab has no stock '{name}'; it has {string.Join(", ", stocks.Keys)}");

    /// <summary>K; rooms and uncontrolled places are at 298.15 K.</summary>
    public double Temperature(string place) => _temperatures.TryGetValue(place, out var source) ? source() : 298.15;

    public void SetTemperature(string place, double kelvin) => SetTemperature(place, () => kelvin);

    /// <summary>The place follows <paramref name="kelvin"/>, asked whenever somebody wants to know.</summary>
    public void SetTemperature(string place, Func<double> kelvin) => _temperatures[place] = kelvin;

    /// <summary>The vial that stands at <paramref name="place"/>, or null.</summary>
    public Vial? At(string place) => _vials.GetValueOrDefault(place);

    /// <summary>Puts an empty vial of its own number there; a vial that stood there is gone (to the waste).</summary>
    public Vial PutNew(string place, int number) => _vials[place] = new Vial(number);

    /// <exception cref="InvalidOperationException">Nothing stands at <paramref name="from"/>, or something at
    /// <paramref name="to"/>.</exception>
    public void Move(string from, string to)
    {
        if (!_vials.TryGetValue(from, out var vial))
            throw new InvalidOperationException($"no vial stands at '{from}'");
        if (_vials.ContainsKey(to))
            throw new InvalidOperationException($"a vial stands at '{to}' already");
        Leave(from);
        _vials[to] = vial;
        if (_films.Remove(to, out var film))
            vial.Add(film);
    }

    /// <summary>The vial at <paramref name="place"/>, if there is one, goes to the waste.</summary>
    public void Discard(string place) => Leave(place);

    /// <summary>Rinses whatever dips into the vials at <paramref name="place"/>.</summary>
    public void Rinse(string place)
    {
        if (_films.TryGetValue(place, out var film))
            _films[place] = film * LeftByRinse;
    }

    private void Leave(string place)
    {
        if (_vials.Remove(place, out var vial) && !vial.Content.IsNothing)
            _films[place] = vial.Content
                * (LeastFilm + (MostFilm - LeastFilm) * noise.Uniform($"film/{place}/{vial.Number}"));
    }
}

/// <summary>A vial, or the housing of a cell, with what has really been put into it.</summary>
/// <param name="number">Counts the vessels of this lab from 1; names the sample in noise keys.</param>
public sealed class Vial(int number)
{
    public int Number => number;
    public Liquid Content { get; private set; } = Liquid.Nothing;

    /// <summary>kg.</summary>
    public double Mass => Content.Moles.Sum(m => m.Value * Substance.Find(m.Key)!.MolarMass * 1e-3);

    public void Add(Liquid liquid) => Content += liquid;

    /// <summary>Takes a volume out, m3, or all that there is.</summary>
    public Liquid Take(double volume)
    {
        var share = Content.Volume > 0 ? Math.Min(1, volume / Content.Volume) : 0;
        var taken = Content * share;
        Content *= 1 - share;
        return taken;
    }
}
