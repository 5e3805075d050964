using System.Globalization;

namespace Sdl.Transport.OpcUa;

/// <summary>Names a node of a server: a namespace index and a number, a text, a Guid or bytes (Part 6, 5.2.2.9). The
/// index is the server's own; find it through <c>Server.NamespaceArray</c>, never write it down.</summary>
public readonly struct NodeId : IEquatable<NodeId>
{
    private readonly object? _name;

    public NodeId(ushort namespaceIndex, uint number) => (Namespace, Number) = (namespaceIndex, number);

    public NodeId(ushort namespaceIndex, string name) => (Namespace, _name) = (namespaceIndex, name);

    public NodeId(ushort namespaceIndex, Guid name) => (Namespace, _name) = (namespaceIndex, name);

    public NodeId(ushort namespaceIndex, byte[] name) => (Namespace, _name) = (namespaceIndex, name);

    /// <summary>Names nothing.</summary>
    public static NodeId Null => default;

    public ushort Namespace { get; }

    /// <summary>0 unless the node is named by a number.</summary>
    public uint Number { get; }

    /// <summary>String, Guid or byte[]; null when the node is named by a number.</summary>
    public object? Name => _name;

    public bool IsNull => Namespace == 0 && Number == 0 && _name is null or "";

    public static implicit operator NodeId(uint number) => new(0, number);

    public static bool operator ==(NodeId one, NodeId other) => one.Equals(other);

    public static bool operator !=(NodeId one, NodeId other) => !one.Equals(other);

    /// <summary>Reads <c>i=85</c>, <c>ns=2;s=Pump.Flow</c>, <c>ns=1;g=…</c>, <c>ns=1;b=base64</c>.</summary>
    /// <exception cref="FormatException">The text is none of these.</exception>
    public static NodeId Parse(string text)
    {
        var rest = text;
        ushort space = 0;
        if (rest.StartsWith("ns=", StringComparison.Ordinal) && rest.IndexOf(';') is > 0 and var end
            && ushort.TryParse(rest.AsSpan(3, end - 3), NumberStyles.None, CultureInfo.InvariantCulture, out space))
            rest = rest[(end + 1)..];
        var name = rest.Length > 2 ? rest[2..] : "";
        switch (rest.Length > 2 ? rest[..2] : "")
        {
            case "i=" when uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number):
                return new NodeId(space, number);
            case "s=":
                return new NodeId(space, name);
            case "g=" when Guid.TryParse(name, out var guid):
                return new NodeId(space, guid);
            case "b=" when Convert.TryFromBase64String(name, new byte[name.Length], out _):
                return new NodeId(space, Convert.FromBase64String(name));
            default:
                throw new FormatException($"'{text}' is no node id; write i=85, ns=2;s=Pump.Flow, ns=1;g=GUID or "
                    + "ns=1;b=BASE64");
        }
    }

    public bool Equals(NodeId other) =>
        Namespace == other.Namespace && Number == other.Number && (_name, other._name) switch
        {
            (byte[] one, byte[] two) => one.AsSpan().SequenceEqual(two),
            var (one, two) => Equals(one, two),
        };

    public override bool Equals(object? obj) => obj is NodeId other && Equals(other);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(Namespace);
        hash.Add(Number);
        if (_name is byte[] bytes)
            hash.AddBytes(bytes);
        else
            hash.Add(_name);
        return hash.ToHashCode();
    }

    public override string ToString()
    {
        var name = _name switch
        {
            null => string.Create(CultureInfo.InvariantCulture, $"i={Number}"),
            Guid guid => $"g={guid}",
            byte[] bytes => $"b={Convert.ToBase64String(bytes)}",
            var text => $"s={text}",
        };
        return Namespace == 0 ? name : string.Create(CultureInfo.InvariantCulture, $"ns={Namespace};{name}");
    }
}

/// <summary>A node that may be of another server or named by the URI of its namespace.</summary>
/// <param name="NamespaceUri">Stands for the index when it is there.</param>
/// <param name="ServerIndex">0: the server that says so.</param>
public readonly record struct ExpandedNodeId(NodeId Node, string? NamespaceUri = null, uint ServerIndex = 0)
{
    public static implicit operator ExpandedNodeId(NodeId node) => new(node);

    public override string ToString() => NamespaceUri is null ? Node.ToString() : $"nsu={NamespaceUri};{Node}";
}
