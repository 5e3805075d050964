using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;

namespace Sdl.App.Composition;

/// <summary>Reads what people write on the command line.</summary>
public static class Inputs
{
    /// <summary>Reads <c>name=value</c> pairs.</summary>
    /// <exception cref="FormatException">One of them is no pair, or says again what another says.</exception>
    public static IReadOnlyDictionary<string, string> Pairs(IEnumerable<string> texts) => texts
        .Select(t => t.Split('=', 2) is [{ Length: > 0 } name, var value] ? (name, value)
            : throw new FormatException($"'{t}' should be name=value"))
        .GroupBy(p => p.name, p => p.value)
        .ToDictionary(
            p => p.Key,
            p => p.Count() == 1 ? p.First()
                : throw new FormatException($"'{p.Key}' is given twice"));

    public static IReadOnlyDictionary<string, InstrumentId> Binds(IReadOnlyDictionary<string, string> pairs) =>
        pairs.ToDictionary(p => p.Key, p => new InstrumentId(p.Value));

    /// <summary>Reads arguments for declared inputs: quantities where quantities are wanted, texts elsewhere.</summary>
    /// <exception cref="FormatException">A quantity is wanted and something else was given.</exception>
    public static Arguments Arguments(IReadOnlyList<Input> inputs, IEnumerable<string> texts) => new(
        Pairs(texts).Select(p => KeyValuePair.Create(p.Key, inputs.FirstOrDefault(i => i.Name == p.Key) is QuantityInput
            ? new Argument(Quantity.TryParse(p.Value, out var quantity, out var error) ? quantity
                : throw new FormatException($"{p.Key}: {error}"))
            : new Argument(p.Value))));

    /// <exception cref="FindingsException">The protocol does not fit the lab, or the arguments do not fit
    /// the protocol.</exception>
    public static void ThrowIfUnfit(BoundProtocol bound, Arguments? arguments)
    {
        var findings = ProtocolChecker.Check(bound, arguments);
        if (findings.Count > 0)
            throw new FindingsException(findings);
    }

    /// <summary>Moves instruments of a lab to other addresses: <c>pump_a=serial:/dev/pts/3</c>, and those of a file of
    /// <c>instrument address</c> lines; the former win.</summary>
    /// <exception cref="FormatException">There is no such instrument, or it is no address.</exception>
    public static Lab Readdress(Lab lab, IEnumerable<string> pairs, string? file)
    {
        var lines = file is null ? [] : File.ReadLines(file)
            .Where(l => l.Length > 0).Select(l => string.Join('=', l.Split(' ', 2)));
        var addresses = new Dictionary<string, string>(Pairs(lines));
        foreach (var (id, address) in Pairs(pairs))
            addresses[id] = address;
        foreach (var id in addresses.Keys.Where(a => lab.Instruments.All(i => i.Id.Value != a)))
            throw new FormatException($"--address: lab '{lab.Name}' has no instrument '{id}'");
        return lab with
        {
            Instruments = lab.Instruments.Select(i => addresses.TryGetValue(i.Id.Value, out var address)
                ? i with { Address = Address.Parse(address) }
                : i).ToList(),
        };
    }
}
