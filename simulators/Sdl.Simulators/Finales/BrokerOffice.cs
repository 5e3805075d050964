using System.Globalization;
using System.Numerics;

namespace Sdl.Simulators.Finales;

/// <summary>What the administrator of a server does, which no endpoint offers: users, capabilities, tenants; and a look
/// into the tables.</summary>
public sealed class BrokerOffice
{
    private readonly BrokerTables _tables;
    private readonly Lock _turn;
    private readonly Uuids _uuids;

    internal BrokerOffice(BrokerTables tables, Lock turn, Uuids uuids) =>
        (_tables, _turn, _uuids) = (tables, turn, uuids);

    public bool IsNew => Locked(() => _tables.Users.Count == 0 && _tables.Tenants.Count == 0);

    public IReadOnlyList<HeldRequest> Requests => Locked(() => _tables.Requests.Select(r => new HeldRequest(
        r.Uuid, r.Created, r.Status, r.TenantUuid, r.Links is [var link, ..] ? link.Quantity : null,
        [.. r.Links.Select(l => l.Method)])).ToList());

    public IReadOnlyList<HeldResult> Results => Locked(() => _tables.Results.Select(r => new HeldResult(
        r.Uuid, r.RequestUuid, r.Changed, r.Status, r.TenantUuid)).ToList());

    /// <summary>Every change of a status, in order.</summary>
    public IReadOnlyList<StatusChange> Log => Locked(() => _tables.Log.ToList());

    public IReadOnlyList<(string Name, string Uuid, bool IsActive)> Tenants =>
        Locked(() => _tables.Tenants.Select(t => (t.Name, t.Uuid, t.IsActive)).ToList());

    public IReadOnlyList<string> Users => Locked(() => _tables.Users.Select(u => u.Name).ToList());

    /// <summary>The active ones.</summary>
    public IReadOnlyList<(string Quantity, string Method)> Capabilities => Locked(() =>
        _tables.Capabilities.Where(c => c.IsActive).Select(c => (c.Quantity, c.Method)).ToList());

    /// <exception cref="ArgumentException">There is such a user already.</exception>
    public void AddUser(string name, string password, params IReadOnlyList<string> groups) => Locked(() =>
    {
        if (_tables.Users.Exists(u => u.Name == name))
            throw new ArgumentException(
                "This username cannot be added to the database. Please choose a different one and try again.");
        _tables.Add(new PyMap
        {
            ["entry"] = "user", ["name"] = name, ["uuid"] = _uuids.Next(), ["hash"] = PasswordHash.Of(password),
            ["groups"] = PyMap.List(groups),
        });
        return true;
    });

    /// <param name="json">A capability file: <c>quantity</c>, <c>method</c>, <c>json_schema_specifications</c>,
    /// <c>json_schema_result_output</c>, <c>is_active</c>.</param>
    /// <exception cref="FormatException">A part is missing or is not what it should be.</exception>
    /// <exception cref="ArgumentException">It is registered and active already.</exception>
    public void AddCapability(string json) => Locked(() =>
    {
        var file = File(json);
        var (quantity, method) = (Text(file, "quantity"), Text(file, "method"));
        if (_tables.Capabilities.Exists(c => c.Quantity == quantity && c.Method == method && c.IsActive))
            throw new ArgumentException($"{quantity}/{method} is registered and active already");
        _tables.Add(new PyMap
        {
            ["entry"] = "capability", ["quantity"] = quantity, ["method"] = method,
            ["input"] = Part<PyMap>(file, "json_schema_specifications"),
            ["output"] = Part<PyMap>(file, "json_schema_result_output"),
            ["active"] = file.Find("is_active") switch
            {
                bool active => active,
                BigInteger number => !number.IsZero,
                _ => throw new FormatException("'is_active' is missing or is neither true nor false"),
            },
        });
        return true;
    });

    /// <summary>Deactivates the first active capability of a method, whatever its quantity. There is no way back but a
    /// new registration.</summary>
    /// <exception cref="KeyNotFoundException">No active capability has that method.</exception>
    public void DeactivateCapability(string method) => Locked(() =>
    {
        var row = _tables.Capabilities.FindIndex(c => c.Method == method && c.IsActive);
        if (row < 0)
            throw new KeyNotFoundException($"no method '{method}' is active");
        _tables.Add(new PyMap { ["entry"] = "capability over", ["row"] = new BigInteger(row) });
        return true;
    });

    /// <param name="json">A tenant file: <c>name</c>, <c>limitations</c>, <c>contact_person</c>.</param>
    /// <param name="uuid">Of its own choice; the real server draws one.</param>
    /// <returns>The tenant's uuid.</returns>
    /// <exception cref="FormatException">A part is missing, or a limitation does not fit its capability.</exception>
    /// <exception cref="ArgumentException">An active tenant has that name, or an inactive one with the same
    /// limitations.</exception>
    public string AddTenant(string json, string? uuid = null) => Locked(() =>
    {
        var file = File(json);
        var (name, limitations) = (Text(file, "name"), Part<List<object?>>(file, "limitations"));
        foreach (var limitation in limitations)
            Check(limitation as PyMap ?? throw new FormatException("'limitations' holds something else than objects"));
        var kept = PythonText.Kept(limitations);
        if (_tables.Tenants.Find(t => t.Name == name && (t.IsActive || PythonText.Kept(t.Limitations) == kept))
            is { } other)
            throw new ArgumentException($"The tenant ({name}) is already present, "
                + $"{(other.IsActive ? "and active" : "with the same limitations")} (tenant_uuid={other.Uuid})");
        uuid ??= _uuids.Next();
        _tables.Add(new PyMap
        {
            ["entry"] = "tenant", ["uuid"] = uuid, ["name"] = name, ["limitations"] = limitations,
            ["contact"] = Text(file, "contact_person"),
        });
        return uuid;
    });

    /// <exception cref="KeyNotFoundException">There is no such tenant.</exception>
    /// <exception cref="ArgumentException">It is so already, or another active tenant has its name.</exception>
    public void SetTenantActive(string uuid, bool isActive) => Locked(() =>
    {
        var tenant = _tables.Tenants.Find(t => t.Uuid == uuid)
            ?? throw new KeyNotFoundException($"no tenant has the uuid {uuid}");
        if (tenant.IsActive == isActive)
            throw new ArgumentException($"the tenant {uuid} is {(isActive ? "active" : "inactive")} already");
        if (isActive && _tables.Tenants.Exists(t => t.Name == tenant.Name && t.IsActive))
            throw new ArgumentException($"another tenant of the name {tenant.Name} is active");
        _tables.Add(new PyMap { ["entry"] = "tenant active", ["uuid"] = uuid, ["active"] = isActive });
        return true;
    });

    private void Check(PyMap limitation)
    {
        var (quantity, method) = (Text(limitation, "quantity"), Text(limitation, "method"));
        var capability = _tables.Capabilities.Find(c => c.Quantity == quantity && c.Method == method && c.IsActive)
            ?? throw new FormatException($"The quantity ({quantity}) and method ({method}) are not currently "
                + "present in the capabilities and the tenant can therefore not be added");
        try
        {
            if (!SchemaCheck.Fits(limitation.Find("limitations"), LimitationSchema.Of(capability.Input)))
                throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                    $"the limitations of {quantity}/{method} do not fit the capability's schema"));
        }
        catch (CrashException e)
        {
            throw new FormatException($"the schema of {quantity}/{method} allows no limitations: {e.Message}", e);
        }
    }

    private static PyMap File(string json) =>
        PythonJson.Read(json) as PyMap ?? throw new FormatException("the file holds no JSON object");

    private static string Text(PyMap file, string name) => Part<string>(file, name);

    private static T Part<T>(PyMap file, string name) where T : class =>
        file.Find(name) as T ?? throw new FormatException($"'{name}' is missing or has the wrong form");

    private T Locked<T>(Func<T> act)
    {
        lock (_turn)
            return act();
    }
}
