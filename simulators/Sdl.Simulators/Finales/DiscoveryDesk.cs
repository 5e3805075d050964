namespace Sdl.Simulators.Finales;

/// <summary>Shows who offers what.</summary>
internal sealed class DiscoveryDesk(BrokerTables tables)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/capabilities/", v => PyMap.List(Capabilities(Available(v)).Select(c => new PyMap
        {
            ["quantity"] = c.Quantity, ["method"] = c.Method,
            ["json_schema_specifications"] = c.Input, ["json_schema_result_output"] = c.Output,
        }))),
        new("GET", "/capabilities/templates/", Templates),
        new("GET", "/limitations/", v => Limitations(Available(v))),
        new("GET", "/tenants/", _ => PyMap.List(tables.Tenants.Select(t => new PyMap
        {
            ["tenant_uuid"] = t.Uuid, ["name"] = t.Name, ["limitations"] = t.Limitations,
            ["contact_person"] = t.Contact, ["is_active"] = t.IsActive,
        }))),
    ];

    private static bool Available(Visit visit)
    {
        var isAvailable = visit.Shapes.Truth(visit.Query, "currently_available", usual: true);
        visit.ThrowIfUnfit();
        return isAvailable;
    }

    // Whether somebody offers it is asked by the method's name alone, whatever the quantity.
    private IEnumerable<CapabilityRow> Capabilities(bool isAvailable)
    {
        var offered = tables.Tenants.Where(t => t.IsActive)
            .SelectMany(t => t.Limitations.Select(l => ((PyMap)l!).Text("method"))).ToHashSet();
        return tables.Capabilities.Where(c => c.IsActive && (!isAvailable || offered.Contains(c.Method)));
    }

    private PyMap Templates(Visit visit)
    {
        var (quantity, method) = visit.Pair();
        var templates = new PyMap();
        foreach (var capability in Capabilities(Available(visit)))
            if ((quantity ?? capability.Quantity) == capability.Quantity
                && (method ?? capability.Method) == capability.Method)
                templates[$"{capability.Quantity}-{capability.Method}"] = new PyMap
                {
                    ["input_template"] = SchemaTemplate.Of(capability.Input),
                    ["output_template"] = SchemaTemplate.Of(capability.Output),
                };
        return templates;
    }

    private List<object?> Limitations(bool isAvailable)
    {
        var merged = new OrderedDictionary<string, OrderedDictionary<string, List<object?>>>();
        foreach (var tenant in tables.Tenants.Where(t => t.IsActive || !isAvailable))
            foreach (var limitation in tenant.Limitations.Cast<PyMap>())
            {
                merged.TryAdd(limitation.Text("quantity"), []);
                var methods = merged[limitation.Text("quantity")];
                methods.TryAdd(limitation.Text("method"), []);
                var entries = methods[limitation.Text("method")];
                if (limitation["limitations"] is List<object?> several)
                    entries.AddRange(several);
                else
                    entries.Add(limitation["limitations"]);
            }
        return PyMap.List(
            from quantity in merged
            from method in quantity.Value
            select new PyMap
            {
                ["quantity"] = quantity.Key, ["method"] = method.Key, ["limitations"] = method.Value,
            });
    }
}
