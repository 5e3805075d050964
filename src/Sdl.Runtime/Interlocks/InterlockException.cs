namespace Sdl.Runtime.Interlocks;

/// <summary>An interlock forbids it; the message says which, why, and what to do.</summary>
public sealed class InterlockException(string message) : Exception(message);
