using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Sdl.Core.Instruments;

namespace Sdl.Drivers.Potentiostats;

/// <summary>Writes MethodSCRIPT, the language of PalmSens devices.</summary>
public static class MethodScript
{
    private const int LongestTag = 40;

    /// <summary>A script that makes itself known, measures, and switches the cell off however it ends. It starts with
    /// the command that runs it and ends with the empty line that ends it.</summary>
    /// <param name="variables">One letter each.</param>
    /// <param name="bandwidth">Hz of the signal to let through.</param>
    /// <param name="largestRange">Largest current range in A.</param>
    /// <param name="potentials">V, all that will be applied, first the one to start with; none leaves the cell
    /// off.</param>
    /// <param name="loop">The measurement loop command.</param>
    /// <param name="packed">Variables that each data package holds.</param>
    /// <param name="conditions">On which the device leaves the loop by itself; their verdict is packed as well.</param>
    public static string Measurement(
        string tag, string variables, double bandwidth, double largestRange, IReadOnlyList<double> potentials,
        string loop, string packed, PicoConditions? conditions = null)
    {
        var timed = packed.Contains('t') ? "timer_get t" : null;
        IEnumerable<string?> lines =
        [
            "e", .. (variables + conditions?.Variables).Select(v => $"var {v}"), $"send_string \"{tag}\"",
            "set_pgstat_chan 0", "set_pgstat_mode 3", $"set_max_bandwidth {Number(bandwidth)}",
            // The device covers a part of its potential window at a time and must be told which.
            potentials.Count > 0 ? $"set_range_minmax da {Number(potentials.Min())} {Number(potentials.Max())}" : null,
            $"set_range ba {Number(largestRange)}", $"set_autoranging ba 100n {Number(largestRange)}",
            potentials.Count > 0 ? $"set_e {Number(potentials[0])}" : null,
            potentials.Count > 0 ? "cell_on" : "cell_off",
            .. conditions?.Before ?? [], timed is null ? null : "timer_start",
            loop, timed, .. conditions?.Decide ?? [], "pck_start",
            .. (packed + (conditions is { Any: true } ? "w" : "")).Select(v => $"pck_add {v}"), "pck_end",
            .. conditions?.Leave ?? [], "endloop",
            "on_finished:", "cell_off",
        ];
        return string.Concat(lines.Where(l => l is not null).Select(l => l + "\n")) + "\n";
    }

    /// <summary>An impedance spectrum of a cell: around the open-circuit potential that the device has just seen, or
    /// around the potential it is told; the current there comes with each point.</summary>
    /// <param name="bias">V; null for the open-circuit potential.</param>
    /// <param name="amplitude">V, root mean square.</param>
    internal static string Impedance(
        string tag, double largestRange, double? bias, double amplitude, double first, double last, int points)
    {
        var volt = bias is { } told ? Number(told) : "b";
        IEnumerable<string?> lines =
        [
            "e", .. "frjpcb".Select(v => $"var {v}"), $"send_string \"{tag}\"",
            "set_pgstat_chan 0", "set_pgstat_mode 3", $"set_max_bandwidth {Number(200e3)}",
            .. bias is null ? ["cell_off", "meas_loop_ocp b 200m 1", "endloop"] : Array.Empty<string>(),
            $"set_range_minmax da {volt} {volt}",
            $"set_range ba {Number(largestRange)}", $"set_autoranging ba 100n {Number(largestRange)}",
            $"set_e {volt}", "cell_on", $"meas_loop_ca p c {volt} 200m 1", "endloop",
            string.Create(CultureInfo.InvariantCulture,
                $"meas_loop_eis f r j {Number(amplitude)} {Number(first)} {Number(last)} {points} {volt}"),
            "pck_start", .. "frjpc".Select(v => $"pck_add {v}"), "pck_end", "endloop",
            "on_finished:", "cell_off",
        ];
        return string.Concat(lines.Select(l => l + "\n")) + "\n";
    }

    /// <summary>Does nothing but switch the cell off and say so.</summary>
    public static string CellOff(string tag) => $"e\ncell_off\nsend_string \"{tag}\"\non_finished:\ncell_off\n\n";

    /// <summary>A name for a script from the call that it serves: short, plain ASCII, and different for different
    /// calls.</summary>
    public static string Tag(CallId call)
    {
        var plain = string.Concat(call.Value.Select(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c) ? c : '_'));
        if (plain == call.Value && plain.Length <= LongestTag)
            return plain;
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(call.Value)))[..8];
        return plain[..Math.Min(plain.Length, LongestTag - 9)] + "~" + digest;
    }

    /// <summary>A literal: an integer with an SI prefix, such as <c>-12500u</c> for -0.0125. Exact to seven digits and
    /// more.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The device's 28 bits and prefixes cannot hold the
    /// value.</exception>
    public static string Number(double value)
    {
        if (value == 0)
            return "0";
        // The largest prefix with which the integer is the value; else the smallest one with which it still fits.
        var best = "";
        foreach (var (prefix, scale) in DataPackage.Prefixes.Where(p => p.Key != 'i').OrderByDescending(p => p.Value))
        {
            var digits = scale < 1 ? value * Math.Round(1 / scale) : value / scale;
            var integer = Math.Round(digits);
            if (Math.Abs(integer) >= 0x8000000)
                break;
            best = ((long)integer).ToString(CultureInfo.InvariantCulture) + (prefix == ' ' ? "" : prefix);
            if (Math.Abs(digits - integer) <= 1e-9 * Math.Abs(digits))
                return best;
        }
        return best.Length > 0 && double.IsFinite(value) ? best
            : throw new ArgumentOutOfRangeException(nameof(value), value, "no MethodSCRIPT literal can hold it");
    }
}
