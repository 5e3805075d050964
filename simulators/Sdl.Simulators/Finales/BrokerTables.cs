using System.Globalization;
using System.Numerics;
using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>What the server knows. It changes only by entries, which a file keeps line by line, so that a server that
/// is started again knows what it knew.</summary>
internal sealed class BrokerTables : IDisposable
{
    private readonly FileStream? _file;
    private readonly List<string> _entries = [];

    public List<UserRow> Users { get; } = [];

    public List<CapabilityRow> Capabilities { get; } = [];

    public List<TenantRow> Tenants { get; } = [];

    public List<RequestRow> Requests { get; } = [];

    public List<ResultRow> Results { get; } = [];

    public List<StatusChange> Log { get; } = [];

    /// <summary>What signs the tokens; empty until one is drawn.</summary>
    public string Secret { get; private set; } = "";

    /// <exception cref="FormatException">The file is not what a broker writes.</exception>
    /// <exception cref="IOException">The file cannot be used, or another broker has it.</exception>
    public BrokerTables(string? path)
    {
        if (path is null)
            return;
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None,
        };
        // It holds hashes of passwords.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(path, options);
        Load(path);
    }

    public void Dispose() => _file?.Dispose();

    /// <summary>Keeps the entry, then it is so.</summary>
    public void Add(PyMap entry)
    {
        var line = PythonText.Kept(entry) + "\n";
        _file?.Write(Encoding.ASCII.GetBytes(line));
        _file?.Flush();
        Apply(entry, line);
    }

    /// <summary>All entries so far.</summary>
    public byte[] Dump() => Encoding.ASCII.GetBytes(string.Concat(_entries));

    public RequestRow? Request(string uuid) => Requests.Find(r => r.Uuid == uuid);

    public ResultRow? Result(string uuid) => Results.Find(r => r.Uuid == uuid);

    // A last line without its end is one that the server died over: nobody was told that it had been done.
    private void Load(string path)
    {
        var bytes = new byte[_file!.Length];
        _file.ReadExactly(bytes);
        var end = Array.LastIndexOf(bytes, (byte)'\n') + 1;
        var lines = Encoding.ASCII.GetString(bytes, 0, end).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (var (n, line) in lines.Index())
            try
            {
                Apply((PyMap)PythonJson.Read(line)!, line + "\n");
            }
            catch (Exception e) when (e is FormatException or InvalidCastException or KeyNotFoundException
                or ArgumentOutOfRangeException)
            {
                throw new FormatException($"{path}:{n + 1}: this is no line of a broker's file", e);
            }
        _file.SetLength(end);
        _file.Position = end;
    }

    private void Apply(PyMap entry, string line)
    {
        _entries.Add(line);
        switch (entry.Text("entry"))
        {
            case "secret":
                Secret = entry.Text("secret");
                break;
            case "user":
                Users.Add(new UserRow(
                    entry.Text("name"), entry.Text("uuid"), entry.Text("hash"), (List<object?>)entry["groups"]!));
                break;
            case "capability":
                Capabilities.Add(new CapabilityRow(entry.Text("quantity"), entry.Text("method"),
                    (PyMap)entry["input"]!, (PyMap)entry["output"]!)
                {
                    IsActive = (bool)entry["active"]!,
                });
                break;
            case "capability over":
                Capabilities[(int)(BigInteger)entry["row"]!].IsActive = false;
                break;
            case "tenant":
                Tenants.Add(new TenantRow(entry.Text("uuid"), entry.Text("name"),
                    (List<object?>)entry["limitations"]!, entry.Text("contact")));
                break;
            case "tenant active":
                Tenants.First(t => t.Uuid == entry.Text("uuid")).IsActive = (bool)entry["active"]!;
                break;
            case "request":
                AddRequest(entry);
                break;
            case "result":
                AddResult(entry);
                break;
            case "status":
                SetStatus(entry, entry.Text("uuid"), entry.Text("status"), entry.Find("message") as string);
                break;
            default:
                throw new FormatException("no entry of a broker");
        }
    }

    private void AddRequest(PyMap entry)
    {
        var row = new RequestRow(entry.Text("uuid"), entry.Text("ctime"), (PyMap)entry["parameters"]!,
            entry.Text("tenant"),
            [.. ((List<object?>)entry["links"]!).Select(l => Capabilities[(int)(BigInteger)l!])])
        {
            Status = entry.Text("status"),
        };
        Requests.Add(row);
        Log.Add(new StatusChange(At(entry), row.Uuid, row.Status, "The requests was created in the server"));
    }

    private void AddResult(PyMap entry)
    {
        var row = new ResultRow(entry.Text("uuid"), entry.Text("request"), (PyMap)entry["parameters"]!,
            (PyMap)entry["data"]!, entry.Text("tenant"), Capabilities[(int)(BigInteger)entry["link"]!])
        {
            Status = "original", Changed = Seconds(At(entry)),
        };
        Results.Add(row);
        Log.Add(new StatusChange(At(entry), row.Uuid, "original", "Result posted"));
        if ((bool)entry["resolves"]!)
            SetStatus(entry, row.RequestUuid, "resolved", "Result posted for corresponding request");
    }

    private void SetStatus(PyMap entry, string uuid, string status, string? message)
    {
        if (Request(uuid) is { } request)
            request.Status = status;
        else if (Result(uuid) is { } result && result.Status != status)
            // The time moves with a change, and not with a change to what it is already.
            (result.Status, result.Changed) = (status, Seconds(At(entry)));
        Log.Add(new StatusChange(At(entry), uuid, status, message));
    }

    private static DateTimeOffset At(PyMap entry) =>
        DateTimeOffset.Parse(entry.Text("at"), CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
