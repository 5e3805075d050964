namespace Sdl.Finales.Client;

public enum FinalesFault
{
    /// <summary>No answer, or one of a proxy (502, 503, 504): the server is down, starting, or out of reach. Worth
    /// trying again, for hours.</summary>
    Unreachable,

    /// <summary>The credentials are not accepted, also directly after a login.</summary>
    NotAllowed,

    /// <summary>The server has understood and says no (400, 404, 405, 409, 422).</summary>
    Refused,

    /// <summary>The server broke over it (500). On this server that is most often input that it could not use.
    /// </summary>
    Broken,

    /// <summary>An answer that this client does not understand, such as a redirection or no JSON: a mistake of this
    /// program, or no FINALES server.</summary>
    Garbled,
}

/// <summary>An exchange with a FINALES server did not work.</summary>
/// <param name="status">HTTP status; null when there was no answer.</param>
public sealed class FinalesException(FinalesFault fault, int? status, string message, Exception? inner = null)
    : Exception(message, inner)
{
    public FinalesFault Fault => fault;

    public int? Status => status;

    /// <summary>Whether the server may have done what it was asked for although its answer was lost. False when the
    /// connection was never made, or when the server has answered.</summary>
    public bool MayHaveArrived { get; init; }
}
