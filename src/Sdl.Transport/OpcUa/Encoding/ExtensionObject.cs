namespace Sdl.Transport.OpcUa;

/// <summary>A structure and what it is (Part 6, 5.2.2.15). A structure that nobody here knows stays bytes.</summary>
public readonly record struct ExtensionObject
{
    private readonly object? _body;

    public ExtensionObject(IUaStructure structure) => (TypeId, _body) = (structure.BinaryId, structure);

    /// <param name="typeId">The node of the binary encoding, which is not the node of the data type.</param>
    public ExtensionObject(NodeId typeId, byte[]? body) => (TypeId, _body) = (typeId, body);

    /// <summary>An XML body.</summary>
    public ExtensionObject(NodeId typeId, string xml) => (TypeId, _body) = (typeId, xml);

    public NodeId TypeId { get; }

    /// <summary>Null when it is of another type or empty.</summary>
    public IUaStructure? Structure => _body as IUaStructure;

    /// <summary>The encoded body of a structure that is not known here; null otherwise.</summary>
    public byte[]? Bytes => _body as byte[];

    public string? Xml => _body as string;

    public override string ToString() => Structure?.ToString() ?? $"structure {TypeId}";
}

/// <summary>A structure that can be written.</summary>
public interface IUaStructure
{
    /// <summary>The number of its binary encoding in namespace 0.</summary>
    uint BinaryId { get; }

    void Write(UaWriter to);
}

/// <summary>A structure that can be read.</summary>
public interface IUaStructure<TSelf> : IUaStructure where TSelf : IUaStructure<TSelf>
{
    static abstract TSelf Read(ref UaReader from);
}

/// <summary>What a client sends.</summary>
public interface IUaRequest : IUaStructure
{
    RequestHeader RequestHeader { get; set; }
}

/// <summary>What a server answers.</summary>
public interface IUaResponse : IUaStructure
{
    ResponseHeader ResponseHeader { get; set; }
}

/// <summary>Headers before the channel has filled them in.</summary>
public static class Headers
{
    public static RequestHeader RequestHeader { get; } = new(NodeId.Null, DateTime.MinValue, 0, 0, null, 0, default);

    public static ResponseHeader ResponseHeader { get; } =
        new(DateTime.MinValue, 0, StatusCodes.Good, null, [], default);
}
