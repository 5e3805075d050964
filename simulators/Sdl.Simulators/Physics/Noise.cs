using System.Security.Cryptography;
using System.Text;

namespace Sdl.Simulators.Physics;

/// <summary>Random draws as a function of the seed and of what is drawn, never of the order of drawing. So a
/// measurement that is repeated after a crash gives the same value, and two campaigns on one seed meet the same luck
/// (common random numbers).</summary>
public sealed class Noise(ulong seed)
{
    /// <summary>Uniform on (0, 1), the same for the same key.</summary>
    public double Uniform(string key)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{key}"), hash);
        return ((BitConverter.ToUInt64(hash) >> 11) + 0.5) * (1.0 / (1UL << 53));
    }

    /// <summary>Standard normal, the same for the same key (Box and Muller 1958).</summary>
    public double Normal(string key) =>
        Math.Sqrt(-2 * Math.Log(Uniform(key + "/r"))) * Math.Cos(2 * Math.PI * Uniform(key + "/a"));
}
