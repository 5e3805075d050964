using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Finales.Methods;
using Sdl.Finales.Tenants;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Reading;

namespace Sdl.App.Finales;

/// <summary>Binds what a tenant file offers to protocols, stocks and instruments.</summary>
internal static class Offers
{
    /// <param name="lab">Asked what it declares; nothing moves.</param>
    /// <exception cref="FindingsException">Something does not fit.</exception>
    public static IReadOnlyList<Offer> Build(TenantFile tenant, LabSession lab)
    {
        var findings = new List<Finding>();
        var offers = new List<Offer>();
        foreach (var entry in tenant.Offers)
            try
            {
                offers.Add(new Offer(MethodOf(entry, lab)) { Slots = entry.Slots, Attempts = entry.Attempts });
            }
            catch (FindingsException e)
            {
                findings.AddRange(e.Findings);
            }
            catch (Exception e) when (e is KeyNotFoundException or ArgumentException or FormatException)
            {
                findings.Add(new Finding(entry.At, $"{entry.Quantity}/{entry.Method}: {e.Message}"));
            }
        return findings.Count == 0 ? offers : throw new FindingsException(findings);
    }

    /// <summary>The protocols of all offers with the cell protocols that they use, for the result folder.</summary>
    public static IReadOnlyList<string> ProtocolPaths(TenantFile tenant) =>
        [.. tenant.Offers.Select(o => o.ProtocolPath).OfType<string>().Distinct()];

    private static MappedMethod MethodOf(OfferEntry entry, LabSession lab)
    {
        var usual = Catalogue.Find(entry.Quantity, entry.Method);
        if (usual is null && entry.Gives.Count == 0)
            throw new FormatException("it is not among the published pairs that are known here: say with 'take' and "
                + "'give' which parameters become which arguments, and which results become which data");
        var mapping = (usual ?? Catalogue.Empty).With(entry.Takes, entry.Gives) with { Constants = entry.Constants };
        var protocol = ProtocolReader.Read(entry.ProtocolPath ?? throw new FormatException("'protocol' is missing"));
        var bound = lab.Bind(protocol, entry.Bindings);
        Inputs.ThrowIfUnfit(bound, null);
        CheckTakes(mapping, entry, protocol);
        CheckGives(mapping, bound);
        if (mapping.Formulation is not null && entry.Mixture is null)
            throw new FormatException("'mixture' is missing: it says how a formulation becomes volumes of the stocks");
        var formulator = entry.Mixture is { } mixture ? new StockFormulator(mixture, lab.Lab) : null;
        return new MappedMethod(
            entry.Quantity, entry.Method, mapping, protocol, entry.Bindings, formulator,
            argument => DeviceLimits.Of(bound, argument));
    }

    private static void CheckTakes(Mapping mapping, OfferEntry entry, Protocol protocol)
    {
        foreach (var take in mapping.Takes)
            if (protocol.Parameters.FirstOrDefault(p => p.Name == take.Argument) is not { } parameter)
                throw new KeyNotFoundException($"protocol '{protocol.Name}' has no parameter '{take.Argument}'");
            else if (parameter is QuantityInput { Unit: var unit } && take.Unit?.Dimension != unit.Dimension)
                throw new FormatException($"parameter '{take.Argument}' of protocol '{protocol.Name}' is given in "
                    + $"{unit}, and '{take.Path}' in {(object?)take.Unit ?? "no unit"}");
        var given = mapping.Takes.Select(t => t.Argument).Concat(entry.Mixture?.StockArguments.Values ?? [])
            .Append(entry.Mixture?.MassArgument).ToHashSet();
        if (protocol.Parameters.FirstOrDefault(p => !given.Contains(p.Name)
            && p is QuantityInput { Default: null } or TextInput { Default: null }) is { } missing)
            throw new FormatException($"protocol '{protocol.Name}' needs '{missing.Name}', which has no default and "
                + "which no request gives");
    }

    private static void CheckGives(Mapping mapping, BoundProtocol bound)
    {
        var results = ProtocolChecker.ResultDimensions(bound);
        foreach (var give in mapping.Gives)
        {
            var dimension = results.TryGetValue(give.Source, out var found) ? found
                : bound.Protocol.Parameters.FirstOrDefault(p => p.Name == give.Source) is QuantityInput parameter
                    ? parameter.Unit.Dimension
                    : throw new KeyNotFoundException($"protocol '{bound.Protocol.Name}' has no result and no parameter "
                        + $"'{give.Source}'; its results are {string.Join(", ", results.Keys)}");
            if (dimension != give.Unit.Dimension)
                throw new FormatException(
                    $"'{give.Source}' of protocol '{bound.Protocol.Name}' is a quantity in {dimension}, and "
                    + $"'{give.Path}' wants one in {give.Unit}");
        }
    }
}
