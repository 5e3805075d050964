using System.Globalization;
using System.Numerics;

namespace Sdl.Simulators.Finales;

/// <summary>Takes and shows requests.</summary>
internal sealed class RequestDesk(BrokerTables tables, Uuids uuids, BrokerOptions options, TimeProvider clock)
{
    private static readonly string[] Statuses = ["pending", "reserved", "resolved", "retracted", "unsolicited"];

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/requests/*", v => tables.Request(Uuids.Read(v.Path))?.Info()),
        new("POST", "/requests/", Post) { Body = RouteBody.Json },
        new("GET", "/pending_requests/", Pending),
        new("GET", "/all_requests/", _ => PyMap.List(tables.Requests.Select(r => r.Info()))),
        new("POST", "/requests/*/update_status/", Update),
    ];

    /// <summary>Whether the parameters fit what was registered for the methods, whenever that was.</summary>
    public void Validate(string quantity, List<object?> methods, PyMap parameters)
    {
        var rows = tables.Capabilities.Where(c => c.Quantity == quantity).ToList();
        if (rows.Count == 0)
            throw RefusalException.Of($"No records for this quantity: {quantity}");
        if (parameters.Keys.FirstOrDefault(k => !methods.Contains(k)) is { } unlisted)
            throw RefusalException.Of(
                $"Method for params with key {unlisted} not found in list: {PythonText.Repr(methods)}");
        foreach (string method in methods.Cast<string>())
        {
            if (!parameters.TryGetValue(method, out var given))
                throw RefusalException.Of($"Method {method} not found in parameters: "
                    + $"dict_keys({PythonText.Repr(PyMap.List(parameters.Keys))})");
            // The oldest row of that name decides, though it may be deactivated.
            var row = rows.Find(c => c.Method == method)
                ?? throw RefusalException.Of($"No records for this method: {method}");
            if (!SchemaCheck.Fits(given, row.Input))
                throw new CrashException("the parameters do not fit the schema");
        }
    }

    /// <summary>The one active capability of that name.</summary>
    public CapabilityRow Active(string quantity, string method)
    {
        var rows = tables.Capabilities.Where(c => c.Quantity == quantity && c.Method == method && c.IsActive).ToList();
        return rows is [var one]
            ? one
            : throw RefusalException.Of($"The method {method} for quantity {quantity} has several entries "
                + $"({rows.Count}) in the quantity table which are active");
    }

    /// <returns>Its id.</returns>
    public string Create(PyMap request, bool isUnsolicited)
    {
        var (quantity, methods) = (request.Text("quantity"), (List<object?>)request["methods"]!);
        var parameters = (PyMap)request["parameters"]!;
        Validate(quantity, methods, parameters);
        var links = methods.Select(m => Active(quantity, (string)m!)).ToList();
        if (links.Count > 1)
            throw new CrashException("the rows of its methods have one key");
        var tenant = StoredUuid(request.Text("tenant_uuid"));
        var (uuid, now) = (uuids.Next(), clock.GetUtcNow());
        tables.Add(new PyMap
        {
            ["entry"] = "request", ["uuid"] = uuid, ["at"] = now.ToString("O", CultureInfo.InvariantCulture),
            ["ctime"] = Local(now), ["parameters"] = parameters, ["tenant"] = tenant,
            ["status"] = isUnsolicited ? "unsolicited" : "pending",
            ["links"] = PyMap.List(links.Select(l => (object?)new BigInteger(tables.Capabilities.IndexOf(l)))),
        });
        return uuid;
    }

    /// <summary>What the database makes of an id: what is none breaks it.</summary>
    public static string StoredUuid(string text)
    {
        try
        {
            return Uuids.Read(text);
        }
        catch (RefusalException e)
        {
            throw new CrashException(e.Message);
        }
    }

    private object? Post(Visit visit)
    {
        var request = visit.Shapes.Body(visit.Body, visit.HasBody,
            ("quantity", Shape.Text), ("methods", Shape.Texts), ("parameters", Shape.Maps),
            ("tenant_uuid", Shape.Text));
        visit.ThrowIfUnfit();
        return Create(request!, isUnsolicited: false);
    }

    private object? Pending(Visit visit)
    {
        var (quantity, method) = visit.Pair();
        return PyMap.List(tables.Requests.Where(r => r.Status == "pending" && r.AsksFor(quantity, method))
            .Select(r => r.Info()));
    }

    // The id in the path is not looked at.
    private object? Update(Visit visit)
    {
        var id = visit.Shapes.Query(visit.Query, "request_id", isNeeded: true);
        var status = visit.Shapes.OneOf(visit.Query, "new_status", Statuses);
        visit.ThrowIfUnfit();
        if (status is "resolved" or "unsolicited")
            throw RefusalException.Of($"It is not possible to change the status to {status}, "
                + "since this is handled entirely on ther server side");
        if (tables.Request(Uuids.Read(id!)) is not { } row)
            throw RefusalException.Of($"No request with id: {id}");
        return Change(tables, clock, row.Uuid, status!, visit.Query);
    }

    /// <returns>The sentence that is the answer.</returns>
    public static string Change(
        BrokerTables tables, TimeProvider clock, string uuid, string status, IReadOnlyDictionary<string, string> query)
    {
        tables.Add(new PyMap
        {
            ["entry"] = "status", ["uuid"] = uuid, ["status"] = status,
            ["message"] = query.GetValueOrDefault("status_change_message"),
            ["at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
        });
        return $"Successful change of status to {status}";
    }

    private string Local(DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(now, options.Zone ?? clock.LocalTimeZone).DateTime;
        var isWhole = local.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMicrosecond;
        return local.ToString(
            isWhole ? "yyyy-MM-dd'T'HH:mm:ss" : "yyyy-MM-dd'T'HH:mm:ss.ffffff", CultureInfo.InvariantCulture);
    }
}
