namespace Sdl.Transport.OpcUa;

/// <summary>The other side refused, or what came is not OPC UA.</summary>
public sealed class OpcUaException(StatusCode status, string message, Exception? inner = null)
    : Exception($"{message} ({status})", inner)
{
    public StatusCode Status => status;

    internal static OpcUaException Decoding(string message) => new(StatusCodes.BadDecodingError, message);

    internal static OpcUaException TooLong(string message) => new(StatusCodes.BadEncodingLimitsExceeded, message);
}
