using System.Text.Json;
using Sdl.Simulators.Finales;

namespace Sdl.App.Finales;

/// <summary>A user whom the broker has been told to know.</summary>
/// <param name="File">Where the password stands, null when it is only to be printed.</param>
internal sealed record NewUser(string Name, string Password, string? File);

/// <summary>Who and what a simulated FINALES server knows at its start: the files that were named, and with a new one
/// the published capabilities, a tenant that offers, and one that only asks. What it knows already stays.</summary>
internal sealed class BrokerSetup(IReadOnlyList<string> capabilities, IReadOnlyList<string> tenants, string? passwords)
{
    /// <summary>The tenants for a demonstration have the ids that the example files name.</summary>
    private static readonly (string Json, string Uuid)[] Demonstration =
    [
        ("""
        {"name": "electrolyte-lab", "contact_person": "demonstration",
         "limitations": [{"quantity": "conductivity", "method": "two_electrode", "limitations": {}}]}
        """, "939122d7-62d2-4c54-acaf-0acc2d473856"),
        ("""{"name": "optimiser", "limitations": [], "contact_person": "demonstration"}""",
            "841b8956-c733-47ab-b130-df0d732ac636"),
    ];

    /// <returns>Users who are new.</returns>
    /// <exception cref="FormatException">A file is not what it should be; it is named.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public IReadOnlyList<NewUser> Equip(Broker broker)
    {
        var office = broker.Office;
        var isNew = office.IsNew;
        foreach (var file in capabilities)
            Register(file, office.AddCapability, office.Capabilities.Select(c => $"{c.Quantity}/{c.Method}"),
                f => $"{Text(f, "quantity")}/{Text(f, "method")}");
        if (isNew)
            foreach (var json in PublishedCatalogue.Files)
                Register(null, json, office.AddCapability, office.Capabilities.Select(c => $"{c.Quantity}/{c.Method}"),
                    f => $"{Text(f, "quantity")}/{Text(f, "method")}");
        foreach (var file in tenants)
            Register(file, json => office.AddTenant(json), Active(office), f => Text(f, "name"));
        foreach (var (json, uuid) in isNew ? Demonstration : [])
            Register(null, json, j => office.AddTenant(j, uuid), Active(office), f => Text(f, "name"));
        return [.. Active(office).Except(office.Users).ToList().Select(name => Add(office, name))];
    }

    private NewUser Add(BrokerOffice office, string name)
    {
        var password = OneTimePassword.Draw();
        string? file = null;
        if (passwords is not null)
        {
            Directory.CreateDirectory(passwords);
            file = Path.Combine(passwords, name);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var stream = new StreamWriter(new FileStream(file, options));
            stream.WriteLine(password);
        }
        office.AddUser(name, password, "SDL");
        return new NewUser(name, password, file);
    }

    private static IEnumerable<string> Active(BrokerOffice office) =>
        office.Tenants.Where(t => t.IsActive).Select(t => t.Name);

    private static void Register(
        string file, Action<string> add, IEnumerable<string> known, Func<JsonElement, string> name) =>
        Register(file, File.ReadAllText(file), add, known, name);

    private static void Register(
        string? file, string json, Action<string> add, IEnumerable<string> known, Func<JsonElement, string> name)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (!known.Contains(name(document.RootElement)))
                add(json);
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new FormatException($"{file}: {e.Message}", e);
        }
    }

    private static string Text(JsonElement file, string name) =>
        file.ValueKind == JsonValueKind.Object && file.TryGetProperty(name, out var text)
        && text.ValueKind == JsonValueKind.String
            ? text.GetString()!
            : throw new FormatException($"'{name}' is missing or is no text");
}
