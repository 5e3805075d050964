namespace Sdl.Simulators.Finales;

/// <summary>What an endpoint is asked, when all that stands before it has been passed.</summary>
/// <param name="Path">The part of the path that the endpoint leaves open.</param>
/// <param name="HasBody">There was a body, and it was not null.</param>
/// <param name="User">Null where nobody needs to be known.</param>
internal sealed record Visit(
    string Path, IReadOnlyDictionary<string, string> Query, object? Body, bool HasBody, UserRow? User, Shapes Shapes)
{
    /// <summary>The filter of the lists; null: any.</summary>
    public (string? Quantity, string? Method) Pair() =>
        (Query.GetValueOrDefault("quantity"), Query.GetValueOrDefault("method"));

    /// <summary>To be asked when everything wanted has been read.</summary>
    /// <exception cref="ShapeException">Something is missing or wrong.</exception>
    public void ThrowIfUnfit()
    {
        if (!Shapes.AreMet)
            throw new ShapeException(Shapes);
    }
}

/// <summary>What was sent has not the shape that the endpoint wants (422).</summary>
internal sealed class ShapeException(Shapes shapes) : Exception("the call has the wrong shape")
{
    public Shapes Shapes => shapes;
}

internal enum RouteBody
{
    None,
    Json,
    Form,
}

/// <summary>One endpoint. A star in the pattern stands for one part of the path; slashes count.</summary>
/// <param name="Answer">Returns the body.</param>
internal sealed record Route(string Method, string Pattern, Func<Visit, object?> Answer)
{
    public RouteBody Body { get; init; }

    /// <summary>Nobody needs to be known for it.</summary>
    public bool IsOpen { get; init; }

    /// <summary>Pages of the framework can be asked for their head too.</summary>
    public string Methods => IsOpen && Body == RouteBody.None ? $"{Method}, HEAD" : Method;

    public bool Takes(string method) => Methods.Split(", ").Contains(method);

    /// <returns>What stands at the star, empty without one; null when it is another path.</returns>
    public string? Match(string path)
    {
        var (wanted, found) = (Pattern.Split('/'), path.Split('/'));
        if (wanted.Length != found.Length)
            return null;
        var open = "";
        foreach (var (part, here) in wanted.Zip(found))
            if (part == "*" && here.Length > 0)
                open = here;
            else if (part != here)
                return null;
        return open;
    }
}
