using System.Diagnostics;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Bench;

/// <summary>How much faster than a real one the simulated cell lives, on one core: 1C/1C cycles with constant voltage
/// at the top, and a whole life.</summary>
public static class CellSpeed
{
    public static int Run()
    {
        var isMet = true;
        var rates = Rounds.Medians(5, () => TimesReal(1), () => TimesReal(10));
        foreach (var (step, rate, least) in new[] { (1, rates[0], 3e5), (10, rates[1], 1e6) })
        {
            isMet &= rate >= least;
            Rounds.Print(
                $"cell, steps of {step} s", $"{rate:0.0E0} x real time", $">= {least:0E0}: {rate / least:0.0} x",
                rate >= least);
        }
        LifeSeconds();
        var life = Rounds.Medians(5, LifeSeconds)[0] * 1e3;
        isMet &= life < 30;
        Rounds.Print("cell, a whole life", $"{life:0.0} ms", $"< 30 ms: {30 / life:0.0} x", life < 30);
        return isMet ? 0 : 1;
    }

    private static double TimesReal(double step)
    {
        var cell = CellMaker.Make(new CellBuild { Set = ParameterSets.Chen, Fades = true }, new Noise(1), "bench");
        var rate = cell.RatedCurrent;
        var (start, simulated) = (Stopwatch.GetTimestamp(), 0.0);
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < 0.7)
        {
            simulated += cell.AdvanceUntil(Load.Current(-rate), 1e6, step, p => p.Voltage <= 2.5);
            simulated += cell.AdvanceUntil(Load.Current(rate), 1e6, step, p => p.Voltage >= 4.2);
            simulated += cell.AdvanceUntil(Load.Voltage(4.2), 1e6, step, p => p.Current <= rate / 20);
        }
        return simulated / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    // The longest-lived formulation of the designed laboratory: 476 cycles.
    private static double LifeSeconds()
    {
        var mix = ElectrolyteComposition.FromMoles(
            new Dictionary<string, double> { ["EC"] = 0.3272, ["EMC"] = 0.5958, ["LiPF6"] = 0.077 });
        var start = Stopwatch.GetTimestamp();
        var cell = CellMaker.Parameters(ParameterSets.Coin, mix, 299.65);
        CellLife.Run(cell, FadeLaw.Coin(cell, mix, 35e-9), 299.65);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
