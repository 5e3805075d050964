namespace Sdl.Transport.OpcUa;

/// <content>The services of a session (Part 4, 5.8 to 5.11).</content>
public sealed partial class OpcUaClient
{
    private const int Page = 1000;

    /// <summary>Attributes of nodes, in their order; what is bad about a single one is in its status.</summary>
    public async ValueTask<DataValue[]> ReadAsync(IReadOnlyList<ReadValueId> nodes, CancellationToken ct)
    {
        var response = await AskAsync<ReadResponse>(
            new ReadRequest(0, TimestampsToReturn.Both, [.. nodes]), ct);
        return Same(response.Results, nodes.Count);
    }

    /// <summary>The value of one node.</summary>
    /// <exception cref="OpcUaException">Its status is bad.</exception>
    public async ValueTask<DataValue> ReadValueAsync(NodeId node, CancellationToken ct)
    {
        var value = (await ReadAsync([new ReadValueId(node, AttributeId.Value, null, default)], ct))[0];
        return value.Status.IsBad ? throw new OpcUaException(value.Status, $"{Url}: {node} has no value") : value;
    }

    /// <returns>One status for each.</returns>
    public async ValueTask<StatusCode[]> WriteAsync(IReadOnlyList<WriteValue> values, CancellationToken ct)
    {
        var response = await AskAsync<WriteResponse>(new WriteRequest([.. values]), ct);
        return Same(response.Results, values.Count);
    }

    /// <summary>Writes the value of one node.</summary>
    /// <exception cref="OpcUaException">The server refuses.</exception>
    public async ValueTask WriteValueAsync(NodeId node, Variant value, CancellationToken ct)
    {
        var status = (await WriteAsync([new WriteValue(node, AttributeId.Value, null, new DataValue(value))], ct))[0];
        if (status.IsBad)
            throw new OpcUaException(status, $"{Url}: {node} does not take {value}");
    }

    /// <summary>Calls a method of an object.</summary>
    /// <returns>Its output arguments.</returns>
    /// <exception cref="OpcUaException">It refuses; the message tells the argument that it does not like.</exception>
    public async ValueTask<Variant[]> CallAsync(
        NodeId target, NodeId method, IReadOnlyList<Variant> arguments, CancellationToken ct)
    {
        var response = await AskAsync<CallResponse>(
            new CallRequest([new CallMethodRequest(target, method, [.. arguments])]), ct);
        var result = Same(response.Results, 1)[0];
        if (!result.StatusCode.IsBad)
            return result.OutputArguments;
        var bad = result.InputArgumentResults.Index().Where(r => r.Item.IsBad)
            .Select(r => $"; argument {r.Index + 1}: {r.Item}");
        throw new OpcUaException(result.StatusCode, $"{Url}: method {method} of {target} fails{string.Concat(bad)}");
    }

    /// <summary>All references of a node that fit, however many answers it takes.</summary>
    /// <param name="type">With its subtypes.</param>
    public async ValueTask<IReadOnlyList<ReferenceDescription>> BrowseAsync(
        NodeId node, NodeId type, BrowseDirection direction, CancellationToken ct)
    {
        var description = new BrowseDescription(node, direction, type, true, 0, 63);
        var response = await AskAsync<BrowseResponse>(new BrowseRequest(
            new ViewDescription(NodeId.Null, DateTime.MinValue, 0), Page, [description]), ct);
        var result = Same(response.Results, 1)[0];
        var found = new List<ReferenceDescription>();
        while (true)
        {
            if (result.StatusCode.IsBad)
                throw new OpcUaException(result.StatusCode, $"{Url}: {node} cannot be browsed");
            found.AddRange(result.References);
            if (result.ContinuationPoint is not { Length: > 0 } point)
                return found;
            var next = await AskAsync<BrowseNextResponse>(new BrowseNextRequest(false, [point]), ct);
            result = Same(next.Results, 1)[0];
        }
    }

    /// <summary>What hangs below a node.</summary>
    public ValueTask<IReadOnlyList<ReferenceDescription>> BrowseAsync(NodeId node, CancellationToken ct) =>
        BrowseAsync(node, Ids.HierarchicalReferences, BrowseDirection.Forward, ct);

    /// <summary>Follows names down from a node.</summary>
    /// <returns>Null where a name leads nowhere.</returns>
    public async ValueTask<NodeId?> TranslateAsync(
        NodeId start, IReadOnlyList<QualifiedName> names, CancellationToken ct) =>
        (await TranslateAsync([(start, names)], ct))[0];

    /// <summary>The same for many paths at once.</summary>
    public async ValueTask<NodeId?[]> TranslateAsync(
        IReadOnlyList<(NodeId Start, IReadOnlyList<QualifiedName> Names)> paths, CancellationToken ct)
    {
        var response = await AskAsync<TranslateBrowsePathsToNodeIdsResponse>(
            new TranslateBrowsePathsToNodeIdsRequest([.. paths.Select(p => new BrowsePath(p.Start, new RelativePath(
                [.. p.Names.Select(n => new RelativePathElement(Ids.HierarchicalReferences, false, true, n))])))]), ct);
        return [.. Same(response.Results, paths.Count).Select(r => r.StatusCode.IsBad ? (NodeId?)null
            : r.Targets.Where(t => t.RemainingPathIndex == uint.MaxValue).Select(t => (NodeId?)t.TargetId.Node)
                .FirstOrDefault())];
    }

    /// <summary>Short names for nodes that are used often; they are good for this session only.</summary>
    public async ValueTask<NodeId[]> RegisterNodesAsync(IReadOnlyList<NodeId> nodes, CancellationToken ct)
    {
        var response = await AskAsync<RegisterNodesResponse>(new RegisterNodesRequest([.. nodes]), ct);
        return Same(response.RegisteredNodeIds, nodes.Count);
    }

    public async ValueTask UnregisterNodesAsync(IReadOnlyList<NodeId> nodes, CancellationToken ct) =>
        await AskAsync<UnregisterNodesResponse>(new UnregisterNodesRequest([.. nodes]), ct);

    /// <summary>The URIs of the server's namespaces, by their index.</summary>
    public async ValueTask<IReadOnlyList<string>> NamespacesAsync(CancellationToken ct) =>
        (await ReadValueAsync(Ids.ServerNamespaceArray, ct)).Value.Value as string[] ?? [];

    private T[] Same<T>(T[] results, int count) => results.Length == count
        ? results
        : throw new OpcUaException(StatusCodes.BadUnknownResponse,
            $"{Url}: {results.Length} results came for {count} questions");
}
