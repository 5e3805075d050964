using System.Globalization;
using System.Numerics;

namespace Sdl.Simulators.Finales;

/// <summary>Takes and shows results.</summary>
internal sealed class ResultDesk(BrokerTables tables, RequestDesk requests, Uuids uuids, TimeProvider clock)
{
    private static readonly string[] Statuses = ["original", "deleted", "amended"];

    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/results/*", v => tables.Result(Uuids.Read(v.Path))?.Info()),
        new("POST", "/results/", v => Create(Read(v), isUnsolicited: false)) { Body = RouteBody.Json },
        new("POST", "/results/post_unsolicited_result", PostUnsolicited) { Body = RouteBody.Json },
        new("GET", "/results_requested/*", OfRequest),
        new("GET", "/results_requested/", All),
        new("POST", "/results/*/update_status/", Update),
    ];

    private static PyMap Read(Visit visit)
    {
        var result = visit.Shapes.Body(visit.Body, visit.HasBody,
            ("data", Shape.Map), ("quantity", Shape.Text), ("method", Shape.Texts), ("parameters", Shape.Maps),
            ("tenant_uuid", Shape.Text), ("request_uuid", Shape.Text));
        visit.ThrowIfUnfit();
        return result!;
    }

    // The request that it makes for the result stays, whatever becomes of the result.
    private object? PostUnsolicited(Visit visit)
    {
        var result = Read(visit);
        result["request_uuid"] = requests.Create(
            new PyMap
            {
                ["quantity"] = result["quantity"], ["methods"] = result["method"],
                ["parameters"] = result["parameters"], ["tenant_uuid"] = result["tenant_uuid"],
            },
            isUnsolicited: true);
        return Create(result, isUnsolicited: true);
    }

    private object? Create(PyMap result, bool isUnsolicited)
    {
        var methods = (List<object?>)result["method"]!;
        var parameters = (PyMap)result["parameters"]!;
        if (methods is not [string method])
            throw RefusalException.Of(
                "Wrong length of method string for recieved result. A list with a single method is expected, "
                + $"the recieved list {PythonText.Repr(methods)} does not comply with this");
        if (parameters.Count != 1)
            throw RefusalException.Of(
                "Wrong number of keys in passed parameters. A single key with the specific method was expected, the "
                + $"recieved parameters has the following keys {PythonText.Repr(PyMap.List(parameters.Keys))} and does "
                + "not comply with this");
        if (!parameters.ContainsKey(method))
            throw new CrashException($"KeyError: '{method}'");
        var quantity = result.Text("quantity");
        requests.Validate(quantity, methods, parameters);
        var asked = result.Text("request_uuid");
        var request = tables.Request(Uuids.Read(asked))
            ?? throw RefusalException.Of($"Submitted result has no request: {asked}");
        var link = requests.Active(quantity, method);
        var uuid = uuids.Next();
        tables.Add(new PyMap
        {
            ["entry"] = "result", ["uuid"] = uuid, ["request"] = request.Uuid,
            ["at"] = clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture),
            ["parameters"] = parameters, ["data"] = result["data"],
            ["tenant"] = RequestDesk.StoredUuid(result.Text("tenant_uuid")),
            ["link"] = new BigInteger(tables.Capabilities.IndexOf(link)), ["resolves"] = !isUnsolicited,
        });
        return uuid;
    }

    // The first one, whatever has become of it.
    private object? OfRequest(Visit visit)
    {
        var request = Uuids.Read(visit.Path);
        return tables.Results.Find(r => r.RequestUuid == request)?.Info();
    }

    private object? All(Visit visit)
    {
        var (quantity, method) = visit.Pair();
        return PyMap.List(tables.Results
            .Where(r => (quantity ?? r.Link.Quantity) == r.Link.Quantity && (method ?? r.Link.Method) == r.Link.Method)
            .Select(r => r.Info()));
    }

    private object? Update(Visit visit)
    {
        var id = visit.Shapes.Query(visit.Query, "result_id", isNeeded: true);
        var status = visit.Shapes.OneOf(visit.Query, "new_status", Statuses);
        visit.ThrowIfUnfit();
        if (status == "original")
            throw RefusalException.Of("Not possible to change status to 'original' since this is reserved only for the "
                + "initial posting");
        if (tables.Result(Uuids.Read(id!)) is not { } row)
            throw RefusalException.Of($"No result with id: {id}");
        return RequestDesk.Change(tables, clock, row.Uuid, status!, visit.Query);
    }
}
