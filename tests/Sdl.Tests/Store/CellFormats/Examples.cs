using System.Runtime.CompilerServices;
using Sdl.Core.Cells;
using Sdl.Runtime.Reading;

namespace Sdl.Tests.Store.CellFormats;

/// <summary>The cell protocols that come with the program.</summary>
internal static class Examples
{
    public static CellProtocol Read(string name) => CellProtocolReader.Read(Path.Combine(Folder(), name + ".yaml"));

    public static string Folder([CallerFilePath] string here = "") => Path.Combine(
        here[..here.LastIndexOf("tests", StringComparison.Ordinal)], "protocols", "cells");
}
